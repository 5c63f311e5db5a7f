/** Playing a recording: the cursor moves on by itself, at one of several speeds. */
import { formatCount } from "../../base/units.ts";
import type { Session } from "../session/session.ts";
import { goTo } from "./move.ts";
import { say } from "./say.ts";

/** Events a second. */
const speeds = [1, 3, 10, 30, 100, 300, 1_000, 10_000, 100_000] as const;

export function togglePlaying(session: Session): void {
  const { playing, speed } = session.view;
  session.store.set({ playing: playing === undefined ? speed : undefined });
}

/** To the next speed up or down. */
export function changeSpeed(session: Session, direction: 1 | -1): void {
  const { view, store } = session;
  const at = speeds.findIndex((speed) => speed >= view.speed);
  const speed = speeds[Math.min(Math.max(0, at + direction), speeds.length - 1)]!;
  store.set({ speed, ...(view.playing === undefined ? {} : { playing: speed }) });
  say(session, `${formatCount(speed)} events a second`);
}

/**
 * Moves on by the events that `millis` are worth and stops at the end. Returns the fraction of an event
 * that is left over, to be given as `owed` the next time.
 */
export function playOn(session: Session, millis: number, owed: number): number {
  const { playing, seq } = session.view;
  if (playing === undefined) return 0;
  if (seq >= session.tape.reader.eventCount) {
    session.store.set({ playing: undefined });
    return 0;
  }
  const due = owed + (playing * millis) / 1000;
  const events = Math.floor(due);
  if (events > 0) session.store.batch(() => goTo(session, seq + events));
  return due - events;
}

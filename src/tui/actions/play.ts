/** Playing a recording: the cursor goes on by itself, at one of several speeds. */
import { formatCount } from "../../base/units.ts";
import type { Session } from "../session.ts";
import { goTo } from "./move.ts";
import { say } from "./say.ts";

/** Events a second. */
const speeds = [1, 3, 10, 30, 100, 300, 1_000, 10_000, 100_000] as const;
const frameMillis = 50;

/** Moves the cursor while the view says that something plays. */
export class Player {
  readonly #session: Session;
  #timer: NodeJS.Timeout | undefined;
  #owed = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  toggle(): void {
    const { playing, speed } = this.#session.view;
    if (playing !== undefined) this.stop();
    else this.#start(speed);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#session.view.playing !== undefined) this.#session.store.set({ playing: undefined });
  }

  /** To the next speed up or down. */
  change(direction: 1 | -1): void {
    const { view, store } = this.#session;
    const at = speeds.findIndex((speed) => speed >= view.speed);
    const speed = speeds[Math.min(Math.max(0, at + direction), speeds.length - 1)]!;
    store.set({ speed, ...(view.playing === undefined ? {} : { playing: speed }) });
    say(this.#session, `${formatCount(speed)} events a second`);
  }

  #start(speed: number): void {
    this.#session.store.set({ playing: speed });
    this.#owed = 0;
    this.#timer = setInterval(() => this.#step(), frameMillis);
  }

  #step(): void {
    const session = this.#session;
    const { playing, seq } = session.view;
    if (playing === undefined || seq >= session.tape.reader.eventCount) {
      this.stop();
      return;
    }
    this.#owed += (playing * frameMillis) / 1000;
    const events = Math.floor(this.#owed);
    if (events === 0) return;
    this.#owed -= events;
    session.store.batch(() => goTo(session, seq + events));
  }
}

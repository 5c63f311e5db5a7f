/** Moves the cursor through the history: by event, by line of the list, by time, to the next move or failure. */
import { findEvent, type Wanted } from "../../app/explore/find.ts";
import { parseGoal } from "../../app/explore/goto.ts";
import { rowAt } from "../../app/explore/space-frame.ts";
import { formatAddress, formatCount } from "../../base/units.ts";
import { layoutOf } from "../draw/layout.ts";
import type { Session } from "../session/session.ts";
import { say } from "./say.ts";

const mostLookedBack = 200;

/** Puts the cursor on an event, and the map's cursor on the range that it changed. */
export function goTo(session: Session, seq: number): void {
  const { store, tape } = session;
  const last = tape.reader.eventCount;
  const wanted = Math.min(Math.max(seq, 1), last);
  if (last === 0) return;
  const isFollowing = tape.isGrowing && wanted === last;
  store.set({ seq: wanted, isFollowing, message: undefined });
  const event = session.event(wanted);
  const range = event?.after ?? event?.before;
  if (range !== undefined && range.start > 0) lookAt(session, range.start);
  else keepAddress(session);
  scrollTo(session, wanted);
}

/** Puts the map's cursor on an address, and moves the zoomed part when the address is outside of it. */
export function lookAt(session: Session, address: number): void {
  const { window } = session.view;
  const isInside = window === undefined || (address >= window.start && address < window.end);
  if (isInside) session.store.set({ address });
  else {
    const half = (window.end - window.start) / 2;
    const start = Math.max(0, address - half);
    session.store.set({ address, window: { start, end: start + 2 * half } });
  }
}

/** Where the map has no cursor yet: on the range that was changed last, else on the first region. */
function keepAddress(session: Session): void {
  const { frame, view, store } = session;
  if (view.address !== undefined || frame === undefined || frame.count === 0) return;
  for (let seq = view.seq; seq > 0 && view.seq - seq < mostLookedBack; seq--) {
    const event = session.event(seq);
    const range = event?.worked === true ? (event.after ?? event.before) : undefined;
    if (range === undefined || rowAt(frame, range.start) < 0) continue;
    store.set({ address: range.start });
    return;
  }
  store.set({ address: frame.start[0]! });
}

/** Scrolls the list so that the event is on the screen, some lines off its edges. */
export function scrollTo(session: Session, seq: number): void {
  const { height } = layoutOf(session.view.size).events;
  const rank = session.rankOfSeq(seq);
  const slack = Math.min(3, Math.floor(height / 4));
  const highest = Math.max(0, session.rowCount - height);
  const { top } = session.view;
  let next = top;
  if (rank < top + slack) next = rank - slack;
  else if (rank > top + height - 1 - slack) next = rank - height + 1 + slack;
  next = Math.min(Math.max(0, next), highest);
  if (next !== top) session.store.set({ top: next });
}

export function step(session: Session, events: number): void {
  goTo(session, session.view.seq + events);
}

/** Down the list, or up by a negative number. */
export function stepLines(session: Session, lines: number): void {
  const { seq } = session.view;
  const rank = session.rankOfSeq(seq);
  // Where the filter hides the event under the cursor, its rank is that of the next line down.
  const isOnLine = session.seqOfRank(rank) === seq;
  const wanted = lines > 0 && !isOnLine ? rank + lines - 1 : rank + lines;
  const inside = Math.min(Math.max(wanted, 0), session.rowCount - 1);
  const target = session.seqOfRank(inside);
  if (target !== undefined) goTo(session, target);
  else if (session.matches !== undefined) say(session, noMatchText(session));
}

function noMatchText({ matches }: Session): string {
  return matches?.isWhole === true ? "no event matches the filter" : "searching";
}

export function page(session: Session, pages: number): void {
  const { height } = layoutOf(session.view.size).events;
  stepLines(session, Math.round(pages * Math.max(1, height - 2)));
}

const hundredth = 0.01;

/** By hundredths of the recording's duration, but at least by one event. */
export function stepTime(session: Session, hundredths: number): void {
  const { tape, view } = session;
  const { durationNanos } = tape.context;
  const at = session.event(view.seq)?.atNanos ?? 0;
  const wanted = at + hundredths * hundredth * durationNanos;
  goToNanos(session, wanted);
  if (session.view.seq === view.seq) step(session, Math.sign(hundredths));
}

export function goToNanos(session: Session, atNanos: number): void {
  const { durationNanos } = session.tape.context;
  const nanos = Math.min(Math.max(0, atNanos), durationNanos);
  const goal = parseGoal(session.tape, `${Math.round(nanos)}ns`, session.process);
  if (goal.kind === "event") goTo(session, goal.seq);
}

const wantedWords: Readonly<Record<Wanted, string>> = {
  move: "move",
  failure: "failed call",
  process: "event of this process",
};

/** To the next or previous event of a kind in this process. */
export function seek(session: Session, wanted: Wanted, direction: 1 | -1): void {
  const { view, process, tape } = session;
  const from = view.seq;
  const where = direction > 0 ? "after" : "before";
  session.jobs.startNow("seek", findEvent(tape, wanted, from, direction, process), (seq) => {
    if (seq !== undefined) goTo(session, seq);
    else say(session, `no ${wantedWords[wanted]} ${where} @${formatCount(from)}`);
  });
}

/** To the next or previous event in the life of the mapping under the cursor. */
export function seekInLife(session: Session, direction: 1 | -1): void {
  const { life } = session;
  if (life === undefined) {
    const text = session.isFollowing
      ? "a recording is being followed; h stops here"
      : "its life is being read; once more in a moment";
    say(session, text);
    return;
  }
  const { seq } = session.view;
  const moments = life.moments.filter(({ what }) => what !== "found");
  const next =
    direction > 0
      ? moments.find((moment) => moment.seq > seq)
      : moments.findLast((moment) => moment.seq < seq);
  if (next !== undefined) goTo(session, next.seq);
  else {
    const more = life.isWhole ? "" : ", as far as it is read";
    say(
      session,
      `#${life.mapping} has no event ${direction > 0 ? "after" : "before"} this one${more}`,
    );
  }
}

export function goToGoal(session: Session, text: string): void {
  const goal = parseGoal(session.tape, text, session.process);
  if (goal.kind === "event") {
    goTo(session, goal.seq);
    return;
  }
  lookAt(session, goal.address);
  say(session, `the map's cursor is at ${formatAddress(goal.address)}`);
}

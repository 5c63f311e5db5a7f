/** What clicks, drags and the wheel do in each pane. Places are cells of the pane, from 0. */
import type { PaneName } from "../draw/layout.ts";
import { nanosOfColumn } from "../draw/timeline.ts";
import type { Session } from "../session/session.ts";
import type { Mouse } from "../terminal/keys.ts";
import { chooseCell, zoom } from "./map.ts";
import { goTo, goToNanos, stepLines } from "./move.ts";
import { choose } from "./screens.ts";

const wheelLines = 3;

export function mouseOnMap(session: Session, mouse: Mouse): void {
  focus(session, "map", mouse);
  const turn = turnOf(mouse);
  if (turn !== 0) zoom(session, turn < 0 ? 2 : 1 / 2);
  else chooseCell(session, mouse.column);
}

export function mouseOnTimeline(session: Session, mouse: Mouse): void {
  focus(session, "timeline", mouse);
  const turn = turnOf(mouse);
  const { durationNanos } = session.tape.context;
  const { columns } = session.view.size;
  if (turn !== 0) stepLines(session, turn);
  else goToNanos(session, nanosOfColumn(mouse.column, columns, durationNanos));
}

export function mouseOnEvents(session: Session, mouse: Mouse): void {
  focus(session, "events", mouse);
  const turn = turnOf(mouse);
  if (turn !== 0) {
    stepLines(session, turn * wheelLines);
    return;
  }
  const seq = session.seqOfRank(session.view.top + mouse.row);
  if (seq !== undefined) goTo(session, seq);
}

export function mouseOnMapping(session: Session, mouse: Mouse): void {
  focus(session, "mapping", mouse);
  const turn = turnOf(mouse);
  if (turn !== 0) stepLines(session, turn * wheelLines);
}

/** On the screens that are lists. */
export function mouseOnList(session: Session, mouse: Mouse): void {
  choose(session, turnOf(mouse) * wheelLines);
}

function focus(session: Session, pane: PaneName, { what }: Mouse): void {
  if (what === "press") session.store.set({ pane });
}

/** -1 for a turn of the wheel up, 1 for one down. */
function turnOf({ what }: Mouse): -1 | 0 | 1 {
  if (what === "wheel-up") return -1;
  return what === "wheel-down" ? 1 : 0;
}

/** Clicks and the wheel: what is under them is what they mean. */
import { layoutOf, paneAt } from "../draw/layout.ts";
import { nanosOfColumn } from "../draw/timeline.ts";
import type { Session } from "../session.ts";
import type { Key } from "../terminal/keys.ts";
import { chooseCell, zoom } from "./map.ts";
import { goTo, goToNanos, stepLines } from "./move.ts";
import { choose } from "./screens.ts";

type Mouse = Extract<Key, { kind: "mouse" }>;

const wheelLines = 3;

export function takeMouse(session: Session, { what, column, row }: Mouse): void {
  const { screen, size } = session.view;
  const turn = what === "wheel-up" ? -1 : what === "wheel-down" ? 1 : 0;
  if (screen !== "main") {
    choose(session, turn * wheelLines);
    return;
  }
  const layout = layoutOf(size);
  const hit = paneAt(layout, column, row);
  if (hit === undefined) return;
  if (what === "press") session.store.set({ pane: hit.pane });
  switch (hit.pane) {
    case "map":
      if (turn !== 0) zoom(session, turn < 0 ? 2 : 1 / 2);
      else chooseCell(session, hit.x);
      return;
    case "timeline": {
      const { durationNanos } = session.tape.context;
      if (turn !== 0) stepLines(session, turn);
      else goToNanos(session, nanosOfColumn(hit.x, layout.size.columns, durationNanos));
      return;
    }
    case "events": {
      if (turn !== 0) stepLines(session, turn * wheelLines);
      else clickLine(session, hit.y);
      return;
    }
    default:
      if (turn !== 0) stepLines(session, turn * wheelLines);
  }
}

function clickLine(session: Session, y: number): void {
  const seq = session.seqOfRank(session.view.top + y);
  if (seq !== undefined) goTo(session, seq);
}

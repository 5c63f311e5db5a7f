/** Every key and what it does, in one table, from which the help is made too. */

import type { HelpEntry } from "../draw/help.ts";
import type { Session } from "../session/session.ts";
import { showWhole, stepRegion, zoom, zoomToMapping } from "./map.ts";
import { goTo, page, seek, seekInLife, step, stepLines, stepTime } from "./move.ts";
import { changeSpeed, togglePlaying } from "./play.ts";
import { openPrompt } from "./prompt.ts";
import {
  askCaller,
  askOwners,
  choose,
  copy,
  goBack,
  nextPane,
  open,
  openScreen,
} from "./screens.ts";

/** Where a key works: on the main screen, there in the map alone, on the other screens, or everywhere. */
type Place = "panes" | "map" | "screens" | "everywhere";

export interface Binding extends HelpEntry {
  readonly keys: readonly string[];
  readonly where: Place;
  readonly run: (session: Session) => void;
}

const far = 100;

export const bindings: readonly Binding[] = [
  ...group("move", "panes", [
    ["→ l", "right l", "next event", (s) => step(s, 1)],
    ["← h", "left h", "previous event", (s) => step(s, -1)],
    ["⇧→ L", "shift-right L", "100 events on", (s) => step(s, far)],
    ["⇧← H", "shift-left H", "100 events back", (s) => step(s, -far)],
    [". ,", ".", "a hundredth of the time on, back", (s) => stepTime(s, 1)],
    ["", ",", "", (s) => stepTime(s, -1)],
    ["m M", "m", "next, previous move", (s) => seek(s, "move", 1)],
    ["", "M", "", (s) => seek(s, "move", -1)],
    ["x X", "x", "next, previous failure", (s) => seek(s, "failure", 1)],
    ["", "X", "", (s) => seek(s, "failure", -1)],
    ["] [", "]", "next, previous event of this mapping", (s) => seekInLife(s, 1)],
    ["", "[", "", (s) => seekInLife(s, -1)],
    ["g G", "g home", "first, last event", (s) => goTo(s, 1)],
    ["", "G end", "", (s) => goTo(s, s.tape.reader.eventCount)],
    ["space", "space", "play, or stop", togglePlaying],
    ["> <", ">", "faster, slower", (s) => changeSpeed(s, 1)],
    ["", "<", "", (s) => changeSpeed(s, -1)],
    [":", ":", "go to an event, a time, an address", (s) => openPrompt(s, "goto")],
  ]),
  ...group("map", "map", [
    ["", "down j", "", (s) => stepRegion(s, 1)],
    ["", "up k", "", (s) => stepRegion(s, -1)],
  ]),
  ...group("list", "panes", [
    ["↓ j", "down j", "next line (in the map: next region)", (s) => stepLines(s, 1)],
    ["↑ k", "up k", "previous line", (s) => stepLines(s, -1)],
    ["PgDn PgUp", "page-down ctrl-f ctrl-d", "a page on, back", (s) => page(s, 1)],
    ["", "page-up ctrl-b ctrl-u", "", (s) => page(s, -1)],
    ["/", "/", "filter: mremap moved >1M pid:12", (s) => openPrompt(s, "filter")],
    ["n N", "n", "next, previous match", (s) => stepLines(s, 1)],
    ["", "N", "", (s) => stepLines(s, -1)],
  ]),
  ...group("map", "panes", [
    ["+ -", "+ =", "look closer, from further off", (s) => zoom(s, 2)],
    ["", "- _", "", (s) => zoom(s, 1 / 2)],
    ["z", "z", "zoom to this mapping", zoomToMapping],
    ["0", "0", "the whole address space", showWhole],
    ["w", "w", "who ever held this address", askOwners],
    ["s", "s", "the stack: who asked for this event", askCaller],
  ]),
  ...group("look", "panes", [
    ["tab", "tab", "next pane", (s) => nextPane(s, 1)],
    ["", "shift-tab", "", (s) => nextPane(s, -1)],
    ["y", "y", "copy the event, or the address", copy],
  ]),
  ...group("look", "everywhere", [
    ["⏎", "enter", "the mapping; on other screens: go there", open],
    ["f", "f", "findings", (s) => openScreen(s, "findings")],
    ["p", "p", "processes", (s) => openScreen(s, "processes")],
    ["?", "?", "this help", (s) => openScreen(s, "help")],
    ["esc", "escape", "back: screen, filter, zoom", goBack],
    ["q", "q ctrl-c", "quit", (s) => s.store.set({ isQuitting: true })],
    ["^Z", "ctrl-z", "to the shell; fg comes back", (s) => s.host.suspend()],
  ]),
  ...group("other", "screens", [
    ["", "down j", "", (s) => choose(s, 1)],
    ["", "up k", "", (s) => choose(s, -1)],
    ["", "page-down ctrl-f ctrl-d space", "", (s) => choose(s, 10)],
    ["", "page-up ctrl-b ctrl-u", "", (s) => choose(s, -10)],
    ["", "g home", "", (s) => choose(s, Number.NEGATIVE_INFINITY)],
    ["", "G end", "", (s) => choose(s, Number.POSITIVE_INFINITY)],
    ["", "left h", "", goBack],
  ]),
];

type Row = readonly [shown: string, keys: string, help: string, run: (session: Session) => void];

function group(name: Binding["group"], where: Place, rows: readonly Row[]): Binding[] {
  return rows.map(([shown, keys, help, run]) => ({
    keys: keys.split(" "),
    shown,
    group: name,
    help,
    where,
    run,
  }));
}

/** The first binding for that key that works where the user is. */
export function bindingFor(session: Session, name: string): Binding | undefined {
  const { screen, pane } = session.view;
  return bindings.find(({ keys, where }) => {
    if (!keys.includes(name)) return false;
    if (where === "everywhere") return true;
    if (where === "screens") return screen !== "main";
    return screen === "main" && (where === "panes" || pane === where);
  });
}

/** Runs what the key does; false when it does nothing. */
export function press(session: Session, name: string): boolean {
  const binding = bindingFor(session, name);
  binding?.run(session);
  return binding !== undefined;
}

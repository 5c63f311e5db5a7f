/** Panes and screens: which one is shown, which line of it is chosen, and where that leads. */
import type { Answer, Answers } from "../../app/explore/answers.ts";
import { formatAddress } from "../../base/units.ts";
import { layoutOf, type PaneName } from "../draw/layout.ts";
import { processLines } from "../session/process-lines.ts";
import type { Session } from "../session/session.ts";
import type { ScreenName, View } from "../session/view.ts";
import { addressText } from "./map.ts";
import { goTo, seek } from "./move.ts";
import { say } from "./say.ts";

export function nextPane(session: Session, direction: 1 | -1): void {
  const { timeline, isMappingBeside } = layoutOf(session.view.size);
  const panes: PaneName[] = ["map"];
  if (timeline !== undefined) panes.push("timeline");
  panes.push("events");
  if (isMappingBeside) panes.push("mapping");
  const at = panes.indexOf(session.view.pane);
  session.store.set({ pane: panes[(at + direction + panes.length) % panes.length]! });
}

/** Opens a screen; the same key closes it. */
export function openScreen(session: Session, screen: ScreenName): void {
  const shown = session.view.screen === screen ? "main" : screen;
  session.store.set({ screen: shown, message: undefined });
  if (shown === "findings") session.findings.ask();
  if (shown === "processes" || shown === "mapping") chooseCurrent(session, shown);
}

/** Chooses the process that is shown, or the moment of the event under the cursor. */
function chooseCurrent(session: Session, screen: "processes" | "mapping"): void {
  const { selected, seq } = session.view;
  const at =
    screen === "processes"
      ? processLines(session.tape).findIndex((one) => one.process === session.process)
      : (session.life?.moments.findLastIndex((moment) => moment.seq <= seq) ?? 0);
  session.store.set({ selected: { ...selected, [screen]: Math.max(0, at) } });
}

/** One step out: of the screen, else of the filter, else of the zoom. */
export function goBack(session: Session): void {
  const { screen, filter } = session.view;
  session.store.set({ message: undefined });
  if (screen !== "main") session.store.set({ screen: "main" });
  else if (filter !== "") {
    session.setFilter("");
    session.store.set({ filter: "" });
    goTo(session, session.view.seq);
  } else if (session.view.window !== undefined) session.store.set({ window: undefined });
}

type Listed = keyof View["selected"];

function isListed(screen: ScreenName): screen is Listed {
  return screen !== "main";
}

/** Lines to choose from, or to scroll through. */
function lineCount(session: Session): number {
  switch (session.view.screen) {
    case "findings":
      return session.findings.state.answer?.findings.length ?? 0;
    case "processes":
      return processLines(session.tape).length;
    case "answer":
      return session.answer?.lines.length ?? 0;
    case "mapping":
      return session.life?.moments.length ?? 0;
    default:
      return 400;
  }
}

export function choose(session: Session, lines: number): void {
  const { screen, selected } = session.view;
  if (!isListed(screen)) return;
  const most = Math.max(0, lineCount(session) - 1);
  const next = Math.min(Math.max(0, selected[screen] + lines), most);
  session.store.set({ selected: { ...selected, [screen]: next } });
}

/** Enter: to the moment that the chosen line is about. */
export function open(session: Session): void {
  const { screen, selected } = session.view;
  switch (screen) {
    case "main":
      openScreen(session, "mapping");
      return;
    case "findings":
      openFinding(session, selected.findings);
      return;
    case "processes":
      openProcess(session, selected.processes);
      return;
    case "mapping":
      openMoment(session, selected.mapping);
      return;
    default:
      session.store.set({ screen: "main" });
  }
}

function openFinding(session: Session, index: number): void {
  const finding = session.findings.state.answer?.findings[index];
  const [seq] = finding?.events ?? [];
  if (finding === undefined) return;
  if (seq === undefined) say(session, "this finding is about no single event");
  else {
    session.store.set({ screen: "main" });
    goTo(session, seq);
    say(session, finding.sentence);
  }
}

/** Filters the list by this process, and goes to its first event. */
function openProcess(session: Session, index: number): void {
  const line = processLines(session.tape)[index];
  if (line === undefined) return;
  const { process } = line;
  const filter = session.tape.landmarks.size > 1 ? `process:${process}` : "";
  session.setFilter(filter);
  session.store.set({ filter, screen: "main", window: undefined, top: 0 });
  goTo(session, session.tape.landmarks.get(process)?.startSeq ?? 1);
  seek(session, "process", 1);
}

function openMoment(session: Session, index: number): void {
  const moment = session.life?.moments[index];
  if (moment === undefined) return;
  session.store.set({ screen: "main" });
  goTo(session, moment.seq);
}

/** Which mappings have held the address under the cursor, up to this event. */
export function askOwners(session: Session): void {
  const { address, seq } = session.view;
  if (address === undefined) {
    say(session, "no address is chosen");
    return;
  }
  const title = `who held ${formatAddress(address)} up to @${seq}`;
  const { process } = session;
  showAnswer(session, title, (answers) => answers.owners(process, address, seq));
}

/** The stack of the call under the cursor. */
export function askCaller(session: Session): void {
  const { seq } = session.view;
  const place = session.place(seq);
  if (place === undefined || session.event(seq)?.isCall !== true) {
    say(session, "this event is no call");
    return;
  }
  const title = `who asked for @${seq} ${session.words(seq)}`;
  showAnswer(session, title, (answers) => answers.asker(place));
}

/** Shows a note until the answer is there. */
function showAnswer(session: Session, title: string, ask: (answers: Answers) => Answer): void {
  session.answer = { title, lines: ["looking it up"] };
  session.store.set({ screen: "answer", selected: { ...session.view.selected, answer: 0 } });
  session.answers().then((answers) => {
    session.jobs.start("answer", ask(answers), (lines) => {
      session.answer = { title, lines };
      session.bump();
    });
  }, session.host.fail);
}

/** Copies the event, or in the map the address, to the terminal's clipboard. */
export function copy(session: Session): void {
  const { pane, seq } = session.view;
  const text = pane === "map" ? addressText(session) : `@${seq} ${session.words(seq)}`;
  if (text === undefined) return;
  session.host.copy(text);
  say(session, `copied: ${text}`);
}

/** The screens in place of the panes: findings, processes, an answer, the life of the mapping, help. */
import { useCallback } from "react";
import { bindings } from "../actions/keymap.ts";
import { mouseOnList } from "../actions/mouse.ts";
import { drawFindings } from "../draw/findings.ts";
import { drawRule } from "../draw/frame.ts";
import { drawHelp, drawText } from "../draw/help.ts";
import type { Layout } from "../draw/layout.ts";
import { drawMapping, mappingTitle } from "../draw/mapping.ts";
import { drawProcesses } from "../draw/processes.ts";
import { legendOf } from "../panes/legend.ts";
import { mappingStateOf } from "../panes/states.ts";
import { processLines } from "../session/process-lines.ts";
import type { ScreenName } from "../session/view.ts";
import type { Mouse } from "../terminal/keys.ts";
import { Pane } from "./pane.tsx";
import { useSession, useView } from "./use-session.ts";

interface Props {
  readonly layout: Layout;
}

interface ScreenProps extends Props {
  readonly title: string;
  readonly right?: string;
  readonly lines: readonly string[];
}

function Screen({ layout, title, right = "", lines }: ScreenProps) {
  const session = useSession();
  const { width, height } = layout.body;
  const rule = drawRule(title, right, width, true, session.palette);
  const onMouse = useCallback((mouse: Mouse) => mouseOnList(session, mouse), [session]);
  const size = { width, height: height - 1 };
  return <Pane lines={{ rule: [rule], content: lines }} size={size} onMouse={onMouse} />;
}

function FindingsScreen({ layout }: Props) {
  const { findings, palette } = useSession();
  const { selected } = useView();
  const { width, height } = layout.body;
  const { state } = findings;
  const lines = drawFindings(state, selected.findings, width, height - 1, palette);
  const right = state.isAsking ? "being read" : `${state.answer?.findings.length ?? 0}`;
  return <Screen layout={layout} title="findings" right={right} lines={lines} />;
}

function ProcessesScreen({ layout }: Props) {
  const session = useSession();
  const { selected } = useView();
  const { width, height } = layout.body;
  const processes = processLines(session.tape);
  const lines = drawProcesses(
    processes,
    session.process,
    selected.processes,
    width,
    height - 1,
    session.palette,
  );
  return <Screen layout={layout} title="processes" right={`${processes.length}`} lines={lines} />;
}

function AnswerScreen({ layout }: Props) {
  const { answer, palette } = useSession();
  const { selected } = useView();
  const { width, height } = layout.body;
  const lines = drawText(answer?.lines ?? [], selected.answer, width, height - 1, palette);
  return <Screen layout={layout} title={answer?.title ?? "answer"} lines={lines} />;
}

function MappingScreen({ layout }: Props) {
  const session = useSession();
  const { palette } = session;
  const { selected } = useView();
  const state = mappingStateOf(session);
  const { width, height } = layout.body;
  // The life is scrolled to the chosen moment.
  const seq = state.life?.moments[selected.mapping]?.seq ?? state.seq;
  const lines = drawMapping({ ...state, seq }, width, height - 1, palette);
  return <Screen layout={layout} title={mappingTitle(state)} lines={lines} />;
}

function HelpScreen({ layout }: Props) {
  const { palette } = useSession();
  const { selected } = useView();
  const { width, height } = layout.body;
  const lines = drawHelp(bindings, legendOf(palette), selected.help, width, height - 1, palette);
  return <Screen layout={layout} title="keys" lines={lines} />;
}

export function ListScreen({
  name,
  layout,
}: Props & { readonly name: Exclude<ScreenName, "main"> }) {
  switch (name) {
    case "findings":
      return <FindingsScreen layout={layout} />;
    case "processes":
      return <ProcessesScreen layout={layout} />;
    case "answer":
      return <AnswerScreen layout={layout} />;
    case "mapping":
      return <MappingScreen layout={layout} />;
    default:
      return <HelpScreen layout={layout} />;
  }
}

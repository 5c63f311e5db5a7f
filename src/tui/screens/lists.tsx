/** The screens that take the place of the panes: findings, processes, an answer, the mapping in full, help. */
import { kindLooks, memoryKinds } from "../../base/kinds.ts";
import type { Sign } from "../../base/style.ts";
import { Lines } from "../components/lines.tsx";
import { drawFindings } from "../draw/findings.ts";
import { drawRule } from "../draw/frame.ts";
import { drawHelp, drawText } from "../draw/help.ts";
import type { Layout } from "../draw/layout.ts";
import { drawMapping, mappingTitle } from "../draw/mapping.ts";
import type { Palette } from "../draw/palette.ts";
import { drawProcesses } from "../draw/processes.ts";
import { useSession, useView } from "../hooks/session.ts";
import { bindings } from "../keymap.ts";
import { processLines } from "../process-lines.ts";
import { mappingStateOf } from "../states.ts";
import type { ScreenName } from "../store.ts";

interface Props {
  readonly layout: Layout;
}

interface ScreenProps extends Props {
  readonly title: string;
  readonly right?: string;
  readonly lines: readonly string[];
}

function Screen({ layout, title, right = "", lines }: ScreenProps) {
  const { palette } = useSession();
  const { width } = layout.body;
  return <Lines lines={[drawRule(title, right, width, true, palette), ...lines]} />;
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
  // The chosen moment is the one that the life is scrolled to.
  const seq = state.life?.moments[selected.mapping]?.seq ?? state.seq;
  const lines = drawMapping({ ...state, seq }, width, height - 1, palette);
  return <Screen layout={layout} title={mappingTitle(state)} lines={lines} />;
}

const signMeanings: readonly (readonly [Sign, string])[] = [
  ["inPlace", "grew in place"],
  ["moved", "moved by the kernel"],
  ["relocated", "moved by the program"],
  ["refused", "refused or failed"],
  ["shrunk", "shrank"],
  ["born", "mapped"],
  ["gone", "unmapped"],
];

function legendOf(palette: Palette): (readonly [string, string, string])[] {
  const signs = signMeanings.map(([sign, meaning]) => {
    const { text, look } = palette.sign(sign);
    return [text, look, meaning] as const;
  });
  const kinds = memoryKinds.map((kind) => {
    const letter = palette.cell(kind, true).character;
    const swatch = palette.depth === "none" ? letter : palette.pick("■", "#");
    return [swatch, palette.ink(kind), kindLooks[kind].word] as const;
  });
  return [...signs, ...kinds];
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

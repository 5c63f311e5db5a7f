/** The processes as a tree, each with its coverage and its time of life. */
import { cutLine, wrap } from "../../base/columns.ts";
import { displayWidth } from "../../base/display-width.ts";
import { printable } from "../../base/printable.ts";
import { formatDuration } from "../../base/units.ts";
import { drawList, type Entry, type Piece } from "./list.ts";
import type { Palette } from "./palette.ts";

export interface ProcessLine {
  readonly process: number;
  /** 0 for one without a parent in the recording. */
  readonly depth: number;
  readonly pid: number;
  readonly program: string;
  readonly argv: readonly string[];
  readonly how: "launch" | "exec" | "fork" | undefined;
  readonly coverage: "full" | "partial" | "none" | undefined;
  readonly reasons: readonly string[];
  readonly startNanos: number;
  readonly endNanos: number | undefined;
}

const coverageWords = {
  full: ["covered", "good"],
  partial: ["partly covered", "attention"],
  none: ["not covered", "bad"],
} as const;

export function drawProcesses(
  processes: readonly ProcessLine[],
  shown: number,
  chosen: number,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const entries = processes.map((one, i): Entry => {
    const reasons = one.reasons.flatMap((reason) => wrap(printable(reason), width - 8));
    const quiet = palette.role("quiet");
    return {
      rows: [
        processRow(one, one.process === shown, width, palette),
        ...reasons.map(indented(quiet)),
      ],
      isChosen: i === chosen,
    };
  });
  return drawList(entries, width, height, palette);
}

const indented =
  (look: string) =>
  (text: string): Piece[] => [
    ["      ", ""],
    [text, look],
  ];

const coverageCells = 16;
const timeCells = 22;

/** The tree at the left, coverage and times in columns of their own at the right. */
function processRow(one: ProcessLine, isShown: boolean, width: number, palette: Palette): Piece[] {
  const quiet = palette.role("quiet");
  const micro = palette.pick("µs", "us");
  const [word, role] = coverageWords[one.coverage ?? "none"];
  const room = Math.max(20, width - coverageCells - timeCells - 4);
  const depth = Math.min(one.depth, 12);
  const branch = depth === 0 ? "" : `${"  ".repeat(depth - 1)}${palette.pick("└ ", "- ")}`;
  const how = one.how === "exec" ? `${palette.pick("↻", "=")} ` : "";
  const command = printable([one.program, ...one.argv.slice(1)].join(" "));
  const left = room - displayWidth(`${branch}${one.pid} ${how}`) - 2;
  const shownText = cutLine(command, Math.max(4, left), "");
  const used = displayWidth(`${branch}${one.pid} ${how}${shownText}`);
  const until = one.endNanos === undefined ? "?" : formatDuration(one.endNanos, micro);
  return [
    [branch, quiet],
    [`${one.pid} `, isShown ? palette.role("attention") : quiet],
    [how, quiet],
    [shownText, isShown ? palette.role("attention") : palette.role("strong")],
    [" ".repeat(Math.max(1, room - used)), ""],
    [word.padEnd(coverageCells), palette.role(role)],
    [`${formatDuration(one.startNanos, micro)} to ${until}`, quiet],
  ];
}

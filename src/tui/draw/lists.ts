/** The screens that are lists: findings, processes, the answer of whowas, and the help. */
import type { Finding } from "../../analyses/analysis.ts";
import { printable } from "../../base/printable.ts";
import type { Role } from "../../base/style.ts";
import { countOf, formatDuration } from "../../base/units.ts";
import type { FindingsState } from "../findings-source.ts";
import type { Binding } from "../keymap.ts";
import type { ProcessLine } from "../process-lines.ts";
import { Canvas } from "./canvas.ts";
import type { Palette } from "./palette.ts";
import { widthOf } from "./width.ts";

/** Rows of text with the choice among them; a part of them fits. */
interface Block {
  readonly rows: readonly (readonly Piece[])[];
  readonly isChosen: boolean;
}

type Piece = readonly [text: string, look: string];

/** Draws blocks one below the other, scrolled so that the chosen one is on the screen. */
function drawBlocks(
  blocks: readonly Block[],
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const canvas = new Canvas(width, height);
  const rows = blocks.flatMap(({ rows: own, isChosen }) =>
    own.map((pieces, i) => ({ pieces, mark: isChosen && i === 0, isChosen })),
  );
  const first = rows.findIndex(({ isChosen }) => isChosen);
  const last = rows.findLastIndex(({ isChosen }) => isChosen);
  const most = Math.max(0, rows.length - height);
  const wanted = Math.min(first, Math.max(last - height + 2, first - Math.floor(height / 3)));
  const top = Math.min(most, Math.max(0, wanted));
  for (const [y, { pieces, mark }] of rows.slice(top, top + height).entries()) {
    if (mark) canvas.put(0, y, palette.pick("▶", ">"), palette.role("attention"));
    let x = 2;
    for (const [text, look] of pieces) x = canvas.put(x, y, text, look);
  }
  return canvas.lines();
}

const severityRoles: Readonly<Record<Finding["severity"], Role>> = {
  bad: "bad",
  attention: "attention",
  note: "accent",
  good: "good",
};

const severitySigns: Readonly<Record<Finding["severity"], readonly [string, string]>> = {
  bad: ["×", "x"],
  attention: ["→", ">"],
  note: ["·", "."],
  good: ["+", "+"],
};

export function drawFindings(
  { answer, isAsking, error }: FindingsState,
  chosen: number,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const quiet = palette.role("quiet");
  const say = (text: string, look = quiet): Block => ({ rows: [[[text, look]]], isChosen: false });
  const blocks: Block[] = [];
  if (error !== undefined) blocks.push(say(`no findings: ${error}`, palette.role("bad")));
  if (answer === undefined && isAsking)
    blocks.push(say("every event is read for this; keys work meanwhile"));
  for (const [i, finding] of (answer?.findings ?? []).entries()) {
    blocks.push({ rows: findingRows(finding, width - 4, palette), isChosen: i === chosen });
  }
  if (answer?.findings.length === 0) blocks.push(say("nothing stands out in this recording"));
  for (const failure of answer?.failures ?? []) {
    blocks.push(say(`no answer: ${failure}`, palette.role("bad")));
  }
  return drawBlocks(blocks, width, height, palette);
}

function findingRows(finding: Finding, width: number, palette: Palette): Piece[][] {
  const { severity, sentence, advice, events } = finding;
  const look = palette.role(severityRoles[severity]);
  const [unicode, ascii] = severitySigns[severity];
  const strong = palette.role("strong");
  const rows: Piece[][] = wrap(printable(sentence), width - 2).map((text, i) => [
    [i === 0 ? `${palette.pick(unicode, ascii)} ` : "  ", look],
    [text, strong],
  ]);
  for (const text of wrap(printable(advice ?? ""), width - 2))
    rows.push([
      ["  ", ""],
      [text, ""],
    ]);
  const [first] = events;
  if (first !== undefined) {
    const rest = events.length > 1 ? ` and ${countOf(events.length - 1, "event")} more` : "";
    rows.push([[`  @${first}${rest}`, palette.role("quiet")]]);
  }
  rows.push([]);
  return rows;
}

/** Lines of at most `width` cells, broken between words. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").filter(Boolean)) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
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
  const quiet = palette.role("quiet");
  const micro = palette.pick("µs", "us");
  const blocks = processes.map((one, i): Block => {
    const [word, role] = coverageWords[one.coverage ?? "none"];
    const branch =
      one.depth === 0 ? "" : `${"  ".repeat(one.depth - 1)}${palette.pick("└ ", "- ")}`;
    const how = one.how === "exec" ? " (exec)" : "";
    const until =
      one.endNanos === undefined ? "its end was not seen" : formatDuration(one.endNanos, micro);
    const program = printable([one.program, ...one.argv.slice(1)].join(" "));
    const room = Math.max(12, width - 52 - widthOf(branch));
    const head: Piece[] = [
      [branch, quiet],
      [`${one.pid} `, one.process === shown ? palette.role("accent") : quiet],
      [`${[...program].slice(0, room).join("")}${how}  `, palette.role("strong")],
      [`${word}  `, palette.role(role)],
      [`${formatDuration(one.startNanos, micro)} to ${until}`, quiet],
    ];
    const reasons = one.reasons.flatMap((reason) => wrap(printable(reason), width - 8));
    return {
      rows: [
        head,
        ...reasons.map((text): Piece[] => [
          ["    ", ""],
          [text, quiet],
        ]),
      ],
      isChosen: i === chosen,
    };
  });
  return drawBlocks(blocks, width, height, palette);
}

export function drawText(
  lines: readonly string[],
  chosen: number,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const blocks = lines.map((text, i): Block => {
    const look = i === 0 ? palette.role("strong") : "";
    return { rows: [[[printable(text), look]]], isChosen: i === chosen };
  });
  return drawBlocks(blocks, width, height, palette);
}

const groupTitles: readonly (readonly [Binding["group"], string])[] = [
  ["move", "through the history"],
  ["list", "events"],
  ["map", "address map"],
  ["look", "screens"],
];

const shownInAscii: Readonly<Record<string, string>> = {
  "→ l": "l",
  "← h": "h",
  "⇧→ L": "L",
  "⇧← H": "H",
  "↓ j": "j",
  "↑ k": "k",
  "⏎": "enter",
};

/** Made from the keymap, in as many columns as fit. */
export function drawHelp(
  bindings: readonly Binding[],
  signs: readonly (readonly [text: string, look: string, meaning: string])[],
  scroll: number,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const quiet = palette.role("quiet");
  const groups = groupTitles.map(([group, title]): Piece[][] => [
    [[title, palette.role("accent")]],
    ...bindings
      .filter((one) => one.group === group && one.shown !== "")
      .map(({ shown, help }): Piece[] => {
        const keys = palette.unicode ? shown : (shownInAscii[shown] ?? shown);
        return [
          [keys.padEnd(10), palette.role("strong")],
          [help, ""],
        ];
      }),
    [],
  ]);
  groups.push([
    [["signs and colours", palette.role("accent")]],
    ...signs.map(([text, look, meaning]): Piece[] => [
      [text.padEnd(10), look],
      [meaning, quiet],
    ]),
  ]);
  const columns = width >= 150 ? 3 : width >= 96 ? 2 : 1;
  const rows = inColumns(groups, columns);
  const canvas = new Canvas(width, height);
  const cells = Math.floor((width - 2) / columns);
  const top = Math.min(scroll, Math.max(0, Math.max(...rows.map(({ length }) => length)) - height));
  for (const [column, own] of rows.entries()) {
    for (const [y, pieces] of own.slice(top, top + height).entries()) {
      let x = 2 + column * cells;
      const end = x + cells - 2;
      for (const [text, look] of pieces) x = canvas.put(x, y, text, look, end);
    }
  }
  return canvas.lines();
}

/** Whole groups, each in the column that is the shortest so far. */
function inColumns(groups: readonly Piece[][][], columns: number): Piece[][][] {
  const rows: Piece[][][] = Array.from({ length: columns }, () => []);
  for (const group of groups) {
    const shortest = rows.reduce((best, one) => (one.length < best.length ? one : best));
    shortest.push(...group);
  }
  return rows;
}

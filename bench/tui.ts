/**
 * Cost of browsing a long recording: first paint, a key, a frame, and a short run of random keys.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeCheckpoints } from "../src/replay/checkpoints.ts";
import { openStore } from "../src/store/open.ts";
import { type Figure, type Goal, spreadOf } from "./figures.ts";
import type { Group, Outcome } from "./group.ts";
import { writeHistory } from "./history.ts";
import { randomFrom } from "./random.ts";
import { liveFigures } from "./tui-live.ts";
import { TuiTerminal } from "./tui-terminal.ts";

const size = { columns: 200, rows: 60 };
const MiB = 1024 ** 2;
const liveMappings = 6_000;

function makeRecording(path: string, events: number): void {
  const store = openStore(path, { mode: "create" });
  const id = writeHistory(store, events, liveMappings);
  writeCheckpoints(store, store.recording(id), store.reader(id));
  store.close();
}

/** Every kind of key, including those that jump far. A following escape closes any prompt. */
const keys = [
  ...[
    "l",
    "h",
    "L",
    "H",
    "j",
    "k",
    "m",
    "M",
    "x",
    "]",
    "[",
    ".",
    ",",
    "g",
    "G",
    "+",
    "-",
    "z",
    "0",
  ],
  ...[
    "\t",
    "n",
    "\u001b[5~",
    "\u001b[6~",
    "\u001b[C",
    "\u001b[D",
    "f",
    "\u001b\u001b",
    "p",
    "?",
    "\r",
  ],
  ...[
    "/mremap moved\r",
    "\u001b\u001b",
    ":50%\r",
    ":@1234567\r",
    "\u001b[<64;20;40M",
    "\u001b[<0;90;5M",
    "w",
  ],
];

function rank(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

function figure(name: string, values: readonly number[], unit: string, limit?: number): Figure {
  const goal: Goal | undefined =
    limit === undefined ? undefined : { of: "value", is: "at most", limit };
  const decimals = unit === "MiB" ? 0 : 1;
  return { name, way: "200x60", unit, decimals, value: spreadOf(values), goal };
}

async function firstPaint(path: string): Promise<number> {
  const terminal = new TuiTerminal([path], size);
  const at = await terminal.nextFrame(10_000);
  await terminal.close();
  if (at === undefined) throw new Error("the TUI drew nothing");
  return at - terminal.startedAt;
}

/** Steps back and forth through the history: each step is a seek, and changes every pane. */
async function stepping(path: string, steps: number): Promise<Figure[]> {
  const terminal = new TuiTerminal([path], size);
  await terminal.nextFrame(10_000);
  await terminal.settle();
  const random = randomFrom(5);
  const far = ["l", "h", "L", "H", ".", ",", "j", "k", "m", "M"];
  terminal.type(":50%\r");
  await terminal.settle();
  const took: number[] = [];
  const [framesBefore, cpuBefore] = [terminal.frames, terminal.cpuMillis()];
  for (let i = 0; i < steps; i++) {
    const millis = await terminal.answer(far[random(far.length)]!);
    if (millis !== undefined) took.push(millis);
  }
  const cpu = (terminal.cpuMillis() - cpuBefore) / (terminal.frames - framesBefore);
  const nearBefore = [terminal.frames, terminal.cpuMillis()] as const;
  for (let i = 0; i < steps; i++) await terminal.answer("l");
  const near =
    (terminal.cpuMillis() - nearBefore[1]) / Math.max(1, terminal.frames - nearBefore[0]);
  await terminal.close();
  return [
    figure("a key to a changed screen, median", [rank(took, 0.5)], "ms", 50),
    figure("the same, p99", [rank(took, 0.99)], "ms", 120),
    figure("processor time of a frame, next event", [near], "ms", 12),
    figure("the same with the seek for it", [cpu], "ms"),
  ];
}

/** Random keys, at times many at once; the TUI must survive, and its memory stay small. */
async function randomKeys(path: string, seconds: number): Promise<Figure[]> {
  const terminal = new TuiTerminal([path], size);
  await terminal.nextFrame(10_000);
  const random = randomFrom(9);
  const until = performance.now() + seconds * 1000;
  let pressed = 0;
  while (performance.now() < until) {
    const burst = random(20) === 0 ? 30 : 1;
    for (let i = 0; i < burst; i++) terminal.type(keys[random(keys.length)]!);
    pressed += burst;
    await terminal.nextFrame(60);
  }
  const peak = terminal.peakBytes() / MiB;
  await terminal.close();
  return [
    figure("memory over random keys, peak", [peak], "MiB", 350),
    { ...figure("keys pressed without a crash", [pressed], "keys"), decimals: 0 },
  ];
}

async function benchTui({ quick, rounds }: { quick: boolean; rounds: number }): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-bench-tui-"));
  try {
    const path = join(folder, "long.db");
    const events = quick ? 500_000 : 5_000_000;
    makeRecording(path, events);
    const paints: number[] = [];
    for (let i = 0; i < rounds; i++) paints.push(await firstPaint(path));
    const seconds = quick ? 10 : 600;
    const figures = [
      figure("first paint after start", paints, "ms", 400),
      ...(await stepping(path, quick ? 100 : 500)),
      ...(await randomKeys(path, seconds)),
      ...(await liveFigures(folder, quick)),
    ];
    return { figures, notes: [`${events} events; random keys for ${seconds} s`] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const tui: Group = {
  name: "tui",
  title: "The TUI on a long recording",
  run: benchTui,
};

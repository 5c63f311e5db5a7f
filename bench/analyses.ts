/** How fast all analyses of a long recording run in one pass, and their memory. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openStore } from "../src/store/open.ts";
import type { AnalysesFigures } from "./analyses-child.ts";
import { type Figure, type Goal, spreadOf } from "./figures.ts";
import type { Bench, Group, Outcome } from "./group.ts";
import { writeHistory } from "./history.ts";
import { benchProgram } from "./programs.ts";
import { recordCommand } from "./ways.ts";

const MiB = 1024 ** 2;

/** Each round runs in its own process, so that its memory is that of the analyses alone. */
async function rounds(path: string, count: number): Promise<AnalysesFigures[]> {
  const child = join(import.meta.dirname, "analyses-child.js");
  const found: AnalysesFigures[] = [];
  for (let round = 0; round < count; round += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, [child, path]);
    const figures = JSON.parse(stdout) as AnalysesFigures;
    if (figures.failures.length > 0) throw new Error(figures.failures.join("; "));
    found.push(figures);
  }
  return found;
}

function figuresOf(found: readonly AnalysesFigures[], way: string): Figure[] {
  const figure = (
    name: string,
    unit: string,
    read: (figures: AnalysesFigures) => number,
    goal?: Goal,
  ): Figure => {
    const decimals = unit === "MiB" || unit === "ns" ? 0 : 2;
    return { name, way, unit, decimals, value: spreadOf(found.map(read)), goal };
  };
  const perEvent = (seconds: number, events: number): number => (seconds / events) * 1e9;
  return [
    figure("all analyses", "M events/s", (one) => one.events / one.seconds / 1e6, {
      of: "value",
      is: "at least",
      limit: 1.5,
    }),
    figure("the same by processor time", "M events/s", (one) => one.events / one.ownSeconds / 1e6),
    figure("growths and blockers", "M events/s", (one) => one.events / one.growthSeconds / 1e6),
    figure("replay alone", "M events/s", (one) => one.events / one.replaySeconds / 1e6),
    figure("what the analyses add", "ns", (one) =>
      perEvent(one.seconds - one.replaySeconds, one.events),
    ),
    figure("resident", "MiB", (one) => one.residentBytes / MiB, {
      of: "value",
      is: "at most",
      limit: 400,
    }),
  ];
}

/** Records a program whose 8 threads map and unmap, `pairs` of calls in all. */
async function recordThreads(folder: string, pairs: number): Promise<string> {
  const [tool = "", ...args] = recordCommand(folder);
  const program = [benchProgram("threads"), join(folder, "figures"), "8", String(pairs / 8)];
  await promisify(execFile)(tool, [...args, ...program]);
  return join(folder, "bench.db");
}

async function benchAnalyses({ quick, rounds: count }: Bench): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-bench-analyses-"));
  try {
    const events = quick ? 200_000 : 5_000_000;
    const figures: Figure[] = [];
    for (const live of [600, 6_000]) {
      const path = join(folder, `history-${live}.db`);
      const store = openStore(path, { mode: "create" });
      writeHistory(store, events, live);
      store.close();
      figures.push(...figuresOf(await rounds(path, Math.min(3, count)), `${live} live`));
    }
    const pairs = quick ? 20_000 : 400_000;
    const real = await rounds(await recordThreads(folder, pairs), Math.min(3, count));
    figures.push(...figuresOf(real, "recorded threads"));
    return {
      figures,
      notes: [
        `${events} events of one process; ${2 * pairs} calls of 8 threads that were recorded`,
        "most of the time beyond the replay's goes into the growths: a fifth of the events are growths",
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const analyses: Group = {
  name: "analyses",
  title: "All analyses of a long recording",
  run: benchAnalyses,
};

/**
 * How fast a long recording is replayed from the database, how fast seeks are, and the memory used.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openStore } from "../src/store/open.ts";
import { type Figure, spreadOf } from "./figures.ts";
import type { Group, Outcome } from "./group.ts";
import { writeHistory } from "./history.ts";
import type { ReplayFigures } from "./replay-child.ts";

/** Replay, checkpoints and seeks over `events` events; `live` mappings at once. */
async function measure(
  folder: string,
  events: number,
  live: number,
  seeks: number,
): Promise<Figure[]> {
  const path = join(folder, `replay-${live}.db`);
  const made = openStore(path, { mode: "create" });
  writeHistory(made, events, live);
  made.close();
  const bytesBefore = statSync(path).size;
  // In its own process, so that its memory is that of the replay alone.
  const child = join(import.meta.dirname, "replay-child.js");
  const { stdout } = await promisify(execFile)(process.execPath, [child, path, String(seeks)]);
  const found = JSON.parse(stdout) as ReplayFigures;
  const checkpointBytes = statSync(path).size - bytesBefore;
  const way = `${live} live`;
  const figure = (name: string, value: number, unit: string, goal?: Figure["goal"]): Figure => {
    const decimals = unit === "MiB" ? 0 : 2;
    return { name, way, unit, decimals, value: spreadOf([value]), goal };
  };
  const atLeast = (limit: number) => ({ of: "value", is: "at least", limit }) as const;
  const atMost = (limit: number) => ({ of: "value", is: "at most", limit }) as const;
  return [
    figure(
      "replay from the database",
      events / found.replaySeconds / 1e6,
      "M events/s",
      atLeast(3),
    ),
    figure("the same, writing checkpoints", events / found.passSeconds / 1e6, "M events/s"),
    figure("seek, median", found.seekMillis.median, "ms"),
    figure("seek, p99", found.seekMillis.p99, "ms", atMost(25)),
    figure("seek, longest", found.seekMillis.longest, "ms"),
    figure("checkpoints in the database", checkpointBytes / MiB, "MiB"),
    figure("resident", found.residentBytes / MiB, "MiB", atMost(300)),
  ];
}

const MiB = 1024 ** 2;
/** Live mappings. */
const fewest = 600;
const most = 60_000;

/** Cost of an event with the most regions relative to that with the fewest. */
function costOfMany(figures: readonly Figure[]): Figure {
  const [few = 0, , many = 0] = figures
    .filter(({ name }) => name === "replay from the database")
    .map(({ value }) => value?.median);
  const goal = { of: "value", is: "at most", limit: 3 } as const;
  const way = `${most} live`;
  return {
    name: `an event against ${fewest} live`,
    way,
    unit: "x",
    decimals: 2,
    value: spreadOf([few / many]),
    goal,
  };
}

/** A group for main.ts. */
async function benchReplay({ quick }: { readonly quick: boolean }): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-bench-replay-"));
  try {
    const events = quick ? 200_000 : 5_000_000;
    const seeks = quick ? 100 : 1000;
    const figures: Figure[] = [];
    for (const live of [fewest, 6_000, most]) {
      figures.push(...(await measure(folder, events, live, seeks)));
    }
    figures.push(costOfMany(figures));
    const notes = [`${events} events of one process; seeks to ${seeks} events at random`];
    return { figures, notes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const replay: Group = {
  name: "replay",
  title: "Replay of a long recording",
  run: benchReplay,
};

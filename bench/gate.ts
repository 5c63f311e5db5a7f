/** How fast a long recording is checked against rules, and two of them compared. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openStore } from "../src/store/open.ts";
import { type Figure, type Goal, spreadOf } from "./figures.ts";
import type { GateFigures } from "./gate-child.ts";
import type { Bench, Group, Outcome } from "./group.ts";
import { writeHistory } from "./history.ts";

const MiB = 1024 ** 2;
const liveMappings = 600;

/** Each round runs in its own process, so that its memory is that of the command alone. */
async function rounds(what: string, path: string, count: number): Promise<GateFigures[]> {
  const child = join(import.meta.dirname, "gate-child.js");
  const found: GateFigures[] = [];
  for (let round = 0; round < count; round += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, [child, what, path]);
    found.push(JSON.parse(stdout) as GateFigures);
  }
  return found;
}

function figuresOf(found: readonly GateFigures[], way: string): Figure[] {
  const goal = (is: Goal["is"], limit: number): Goal => ({ of: "value", is, limit });
  const speeds = found.map(({ events, seconds }) => events / seconds / 1e6);
  const sizes = found.map(({ residentBytes }) => residentBytes / MiB);
  return [
    {
      ...{ name: "events", way, unit: "M events/s", decimals: 2 },
      value: spreadOf(speeds),
      goal: goal("at least", 0.5),
    },
    {
      ...{ name: "resident", way, unit: "MiB", decimals: 0 },
      value: spreadOf(sizes),
      goal: goal("at most", 400),
    },
  ];
}

async function benchGate({ quick, rounds: count }: Bench): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-bench-gate-"));
  try {
    const events = quick ? 200_000 : 5_000_000;
    const path = join(folder, "history.db");
    const store = openStore(path, { mode: "create" });
    writeHistory(store, events, liveMappings);
    store.close();
    const figures: Figure[] = [];
    for (const what of ["check", "diff"]) {
      figures.push(...figuresOf(await rounds(what, path, Math.min(3, count)), what));
    }
    return { figures, notes: [`${events} events of one process; diff reads them twice`] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const gate: Group = {
  name: "gate",
  title: "check and diff of a long recording",
  run: benchGate,
};

/**
 * How fast recordings are exported to other formats and imported from strace, and the memory used.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openStore } from "../src/store/open.ts";
import { type Figure, spreadOf } from "./figures.ts";
import type { FormatFigures } from "./formats-child.ts";
import type { Group, Outcome } from "./group.ts";
import { writeHistory } from "./history.ts";

const MiB = 1024 ** 2;
/** Mappings alive at once. */
const live = 600;
const formats = ["csv", "parquet", "jsonl", "mappings-csv", "perfetto", "strace"] as const;

type Size = "a fifth" | "whole";

interface Sample {
  readonly what: (typeof formats)[number] | "import";
  readonly size: Size;
  readonly events: number;
  readonly found: FormatFigures;
}

/** Each runs in its own process, so that its memory is its own. */
async function run(what: string, database: string, file: string): Promise<FormatFigures> {
  const child = join(import.meta.dirname, "formats-child.js");
  const { stdout } = await promisify(execFile)(process.execPath, [child, what, database, file]);
  return JSON.parse(stdout) as FormatFigures;
}

async function sample(folder: string, events: number, size: Size): Promise<Sample[]> {
  const database = join(folder, `formats-${events}.db`);
  const store = openStore(database, { mode: "create" });
  writeHistory(store, events, live);
  store.close();
  const samples: Sample[] = [];
  for (const what of formats) {
    const file = join(folder, `out.${what}`);
    samples.push({ what, size, events, found: await run(what, database, file) });
    // The exported strace log is the input of the import.
    if (what !== "strace") rmSync(file);
  }
  const log = join(folder, "out.strace");
  const found = await run("import", join(folder, `import-${events}.db`), log);
  samples.push({ what: "import", size, events, found });
  rmSync(log);
  return samples;
}

/** With `quick`, start-up dominates the time, so there are no goals. */
function figuresOf(samples: readonly Sample[], quick: boolean): Figure[] {
  const figures: Figure[] = [];
  const names = [...new Set(samples.map(({ what }) => what))];
  for (const what of names) {
    const whole = samples.filter((one) => one.what === what && one.size === "whole");
    const fifth = samples.filter((one) => one.what === what && one.size === "a fifth");
    const way = what === "import" ? "strace import" : `${what} export`;
    const figure = (name: string, unit: string, values: number[], goal?: Figure["goal"]): void => {
      figures.push({
        name,
        way,
        unit,
        decimals: unit === "MiB" ? 0 : 2,
        value: spreadOf(values),
        goal: quick ? undefined : goal,
      });
    };
    const speed = whole.map(({ events, found }) => events / found.seconds / 1e6);
    const least = what === "csv" ? 1 : what === "import" ? 0.5 : undefined;
    figure(
      "speed",
      what === "import" ? "M lines/s" : "M events/s",
      speed,
      least === undefined ? undefined : { of: "value", is: "at least", limit: least },
    );
    const bytes = whole.map(({ events, found }) => found.fileBytes / events);
    figure(
      "size",
      "B/event",
      bytes,
      what === "parquet" ? { of: "value", is: "at most", limit: 20 } : undefined,
    );
    const peak = (list: readonly Sample[]): number[] =>
      list.map(({ found }) => found.peakBytes / MiB);
    figure("resident at a fifth of the length", "MiB", peak(fifth));
    figure("resident", "MiB", peak(whole));
  }
  return figures;
}

async function benchFormats({
  quick,
  rounds,
}: {
  quick: boolean;
  rounds: number;
}): Promise<Outcome> {
  const events = quick ? 200_000 : 5_000_000;
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round++) {
    const folder = mkdtempSync(join(tmpdir(), "maptrail-bench-formats-"));
    try {
      samples.push(...(await sample(folder, events / 5, "a fifth")));
      samples.push(...(await sample(folder, events, "whole")));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const notes = [`${events} events of one process with ${live} mappings at once, written to files`];
  return { figures: figuresOf(samples, quick), notes };
}

export const formatsGroup: Group = {
  name: "formats",
  title: "Other tools' formats",
  run: benchFormats,
};

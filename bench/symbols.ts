/**
 * How long it takes to name the sites of a million calls, with stacks of real programs in their
 * frequency.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isCallCode, memoryCalls } from "../src/events/kinds.ts";
import { openStore } from "../src/store/open.ts";
import type { RecordingReader } from "../src/store/reader.ts";
import type { RecordingWriter } from "../src/store/writer.ts";
import { type Figure, spreadOf } from "./figures.ts";
import type { Bench, Group, Outcome } from "./group.ts";
import { packageRoot } from "./package-root.ts";
import { isInstalled, programs } from "./real-programs.ts";
import type { SymbolFigures } from "./symbols-child.ts";

/** Copies stacks with their modules; returns the new id of each old one. */
function copyStacks(reader: RecordingReader, writer: RecordingWriter): number[] {
  const ids = [0];
  for (let id = 1; ; id += 1) {
    const stack = reader.stack(id);
    if (stack === undefined) return ids;
    const frames = stack.frames.map(({ module, offset }) => {
      const known = reader.module(module);
      return { module: known ? writer.module(known.path, known.buildId) : 0, offset };
    });
    ids.push(writer.stack(frames, stack.end));
  }
}

/**
 * Records each program, then repeats its calls with their stacks up to `events`, in equal parts by
 * program.
 */
function record(folder: string, names: readonly string[], events: number): string {
  const path = join(folder, "all.db");
  const store = openStore(path, { mode: "create" });
  const writer = store.writer(
    store.createRecording({
      command: ["bench"],
      cwd: "/",
      startedAtUnixNanos: BigInt(Date.now()) * 1_000_000n,
      source: "native",
      toolVersion: "0",
      host: {},
    }),
  );
  for (const { name, script, prepare } of programs) {
    if (!names.includes(name)) continue;
    const work = join(folder, name);
    mkdirSync(work);
    prepare?.(work);
    const made = join(folder, `${name}.db`);
    const command = ["record", "--quiet", "-o", made, "--", "sh", "-c", script];
    execFileSync(join(packageRoot(), "bin", "maptrail.js"), command, { cwd: work });
    const source = openStore(made, { mode: "read" });
    const reader = source.reader(source.recording().id);
    const ids = copyStacks(reader, writer);
    for (let left = Math.ceil(events / names.length); left > 0; ) {
      for (const batch of reader.chunks()) {
        for (let row = 0; row < batch.length; row += 1) {
          batch.stack[row] = ids[batch.stack[row] ?? 0] ?? 0;
          // Texts of processes are not copied, so events must not refer to them.
          if (!isCallCode(batch.kind[row] ?? 0)) batch.kind[row] = memoryCalls.madvise;
        }
        batch.length = Math.min(batch.length, left);
        left -= batch.length;
        if (batch.length > 0) writer.append(batch);
      }
      writer.flush("{}");
    }
    source.close();
  }
  writer.finish({ status: "complete", durationNanos: 3600e9, totals: "{}" });
  store.close();
  return path;
}

async function run({ quick, rounds }: Bench): Promise<Outcome> {
  const events = quick ? 100_000 : 1_000_000;
  const names = ["python3", "git", "gcc"].filter(isInstalled);
  const folder = mkdtempSync(join(tmpdir(), "maptrail-bench-"));
  try {
    const path = record(folder, names, events);
    const child = join(import.meta.dirname, "symbols-child.js");
    const found: SymbolFigures[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { stdout } = await promisify(execFile)(process.execPath, [child, path]);
      found.push(JSON.parse(stdout) as SymbolFigures);
    }
    return outcome(found, names);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcome(found: readonly SymbolFigures[], names: readonly string[]): Outcome {
  const { events = 0, stacks = 0, sites = 0, frames = 0, named = 0 } = found[0] ?? {};
  const way = `${events} events`;
  const figure = (name: string, values: number[], goal?: Figure["goal"]): Figure => ({
    ...{ name, way, unit: "s", decimals: 2, goal },
    value: spreadOf(values),
  });
  const goal = { of: "value", is: "at most", limit: 5 } as const;
  const sum = found.map(({ siteSeconds, stackSeconds }) => siteSeconds + stackSeconds);
  return {
    figures: [
      figure(
        "the site of every event",
        found.map(({ siteSeconds }) => siteSeconds),
      ),
      figure(
        "then every frame of every stack",
        found.map(({ stackSeconds }) => stackSeconds),
      ),
      figure("both", sum, goal),
    ],
    notes: [
      `${names.join(", ")}: ${stacks} distinct stacks, ${frames} frames in them, ${sites} sites; ${named} frames have a name`,
      ...(stacks === 0 ? ["the recordings have no stacks: these are return addresses"] : []),
    ],
  };
}

export const symbols: Group = {
  name: "symbols",
  title: "Names of who called, from the database, by what is installed",
  run,
};

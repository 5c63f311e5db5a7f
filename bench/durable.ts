/**
 * Records a busy program for a minute: journal on disk and memory of the recorder must stay
 * bounded.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { formatBytes, formatCount } from "../src/base/units.ts";
import { openStore } from "../src/store/open.ts";
import { type Figure, spreadOf } from "./figures.ts";
import type { Group } from "./group.ts";
import type { Place } from "./places.ts";
import { benchProgram } from "./programs.ts";
import { recordCommand } from "./ways.ts";

interface Moment {
  readonly seconds: number;
  readonly journalBytes: number;
  readonly recorderBytes: number;
}

interface DurableRun {
  readonly moments: readonly Moment[];
  readonly events: number;
  readonly lost: number;
  readonly seconds: number;
  readonly databaseBytes: number;
}

/** Disk usage of the journals in the folders below `folder`; 0 if there are none. */
function journalBytes(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".mtj"))
      .reduce((bytes, name) => {
        return bytes + (statSync(join(folder, name), { throwIfNoEntry: false })?.blocks ?? 0) * 512;
      }, 0);
  } catch {
    return 0; // the folder was removed while it was read
  }
}

function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`the recording ended with ${signal ?? code}`));
    });
  });
}

async function observe(folder: string, command: readonly string[]): Promise<DurableRun> {
  const [tool = "", ...args] = [...recordCommand(folder), ...command];
  const began = performance.now();
  const child = spawn(tool, args, { stdio: ["ignore", "ignore", "inherit"] });
  let done = false;
  const end = ended(child).finally(() => {
    done = true;
  });
  const moments: Moment[] = [];
  while (!done) {
    moments.push({
      seconds: (performance.now() - began) / 1e3,
      journalBytes: journalBytes(folder),
      recorderBytes: residentBytes(child.pid ?? 0),
    });
    await Promise.race([sleep(250), end]);
  }
  await end;
  const seconds = (performance.now() - began) / 1e3;
  const database = join(folder, "bench.db");
  const store = openStore(database, { mode: "read" });
  const { eventCount, totals } = store.recording();
  store.close();
  const { lost = -1 } = JSON.parse(String(totals ?? "{}")) as { lost?: number };
  return { moments, events: eventCount, lost, seconds, databaseBytes: statSync(database).size };
}

const curvePoints = 12;

/** The curve over time: the largest value in each stretch of the run. */
function curve(moments: readonly Moment[], pick: (moment: Moment) => number): string {
  const size = Math.max(1, Math.ceil(moments.length / curvePoints));
  const points: string[] = [];
  for (let from = 0; from < moments.length; from += size) {
    points.push(formatBytes(Math.max(...moments.slice(from, from + size).map(pick))));
  }
  return points.join(", ");
}

function figuresOf(way: string, run: DurableRun): Figure[] {
  const mebibytes = (pick: (moment: Moment) => number) =>
    spreadOf(run.moments.map((moment) => pick(moment) / 2 ** 20));
  const figure = (name: string, unit: string, value: Figure["value"], decimals = 0): Figure => ({
    name,
    way,
    unit,
    decimals,
    value,
  });
  return [
    figure(
      "journal while it ran",
      "MiB",
      mebibytes((moment) => moment.journalBytes),
      1,
    ),
    figure(
      "memory of the recorder",
      "MiB",
      mebibytes((moment) => moment.recorderBytes),
      1,
    ),
    figure("events recorded", "events", spreadOf([run.events])),
    figure("calls lost", "calls", spreadOf([run.lost])),
    figure("size of the database", "B/event", spreadOf([run.databaseBytes / run.events]), 1),
  ];
}

export const durable: Group = {
  name: "durable",
  title: "A busy program, recorded while it runs",
  run: async ({ places, quick }) => {
    const events = quick ? 1_000_000 : 20_000_000;
    const perSecond = 340_000;
    const program = benchProgram("churn");
    const command = [program, "4", String(events), String(perSecond)];
    const figures: Figure[] = [];
    const notes = [
      `${formatCount(events)} calls by 4 threads, at most ${formatCount(perSecond)} a second`,
    ];
    const present = (place: Place): place is Place & { folder: string } =>
      place.folder !== undefined;
    for (const place of [places.tmpfs, places.disk].filter(present)) {
      const folder = mkdtempSync(join(place.folder, "durable-"));
      try {
        const run = await observe(folder, command);
        figures.push(...figuresOf(place.name, run));
        notes.push(
          `${place.name}: ${run.seconds.toFixed(1)} s, greatest in each ${(run.seconds / curvePoints).toFixed(1)} s:`,
          `  journal   ${curve(run.moments, (moment) => moment.journalBytes)}`,
          `  recorder  ${curve(run.moments, (moment) => moment.recorderBytes)}`,
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    figures.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
    return { figures, notes };
  },
};

const order = [
  "journal while it ran",
  "memory of the recorder",
  "events recorded",
  "calls lost",
  "size of the database",
];

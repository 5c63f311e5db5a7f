/** From a finished journal to the event log, with no program running: speed and size. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Drain } from "../src/recorder/drain.ts";
import { openStore } from "../src/store/open.ts";
import { type Figure, type Goal, spreadOf } from "./figures.ts";
import type { Bench, Group } from "./group.ts";
import { benchProgram } from "./programs.ts";
import { runHooked } from "./ways.ts";

const speedGoal: Goal = { of: "value", is: "at least", limit: 2.5 };
const sizeGoal: Goal = { of: "value", is: "at most", limit: 25 };

export interface Drained {
  readonly events: number;
  readonly nanos: number;
  /** CPU time of all threads of this process. */
  readonly processorNanos: number;
  /** Size of the event log: chunks and their index, as stored in the database. */
  readonly bytes: number;
}

/** Drains every journal in the folder, which consumes them. */
export function drainFolder(folder: string, database: string): Drained {
  const store = openStore(database, { mode: "create" });
  const id = store.createRecording({
    command: ["bench"],
    cwd: "/",
    startedAtUnixNanos: 0n,
    source: "native",
    toolVersion: "0",
    host: {},
  });
  const writer = store.writer(id);
  const from = process.hrtime.bigint();
  const before = process.cpuUsage();
  const drain = new Drain({ folder, writer, monoStart: 0n });
  let more = true;
  while (more) more = drain.poll();
  drain.finish("unknown");
  const nanos = Number(process.hrtime.bigint() - from);
  const { user, system } = process.cpuUsage(before);
  const { events } = drain.counts();
  const sizes = store.query("SELECT sum(length(bytes)) + count(*) * 60 AS bytes FROM chunk");
  store.close();
  return {
    events,
    nanos,
    processorNanos: (user + system) * 1e3,
    bytes: Number(sizes.rows[0]?.[0]),
  };
}

async function drainOf(bench: Bench, threads: number, events: number): Promise<Drained[]> {
  const program = benchProgram("churn");
  const folder = mkdtempSync(join(bench.places.scratch, "drain-"));
  try {
    const command = [program, String(threads), String(events), "0"];
    const { session } = await runHooked(command, bench.native, folder);
    const drained: Drained[] = [];
    for (let round = 0; round <= bench.rounds; round++) {
      const copy = join(folder, `round-${round}`);
      cpSync(session.folder, copy, { recursive: true, verbatimSymlinks: true });
      const database = join(folder, `round-${round}.db`);
      const got = drainFolder(copy, database);
      if (round > 0) drained.push(got);
      rmSync(copy, { recursive: true });
      rmSync(database);
    }
    return drained;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const names = ["speed", "speed (processor)", "size of the log"];

export const drain: Group = {
  name: "drain",
  title: "From a journal to the event log",
  run: async (bench) => {
    const events = bench.quick ? 200_000 : 2_000_000;
    const figures: Figure[] = [];
    for (const threads of [1, 4]) {
      const rounds = await drainOf(bench, threads, events);
      const way = threads === 1 ? "1 thread" : `${threads} threads`;
      figures.push(
        {
          name: "speed",
          way,
          unit: "M events/s",
          decimals: 2,
          value: spreadOf(rounds.map((round) => (round.events / round.nanos) * 1e3)),
          goal: speedGoal,
        },
        {
          name: "speed (processor)",
          way,
          unit: "M events/s",
          decimals: 2,
          value: spreadOf(rounds.map((round) => (round.events / round.processorNanos) * 1e3)),
          goal: speedGoal,
        },
        {
          name: "size of the log",
          way,
          unit: "B/event",
          decimals: 1,
          value: spreadOf(rounds.map((round) => round.bytes / round.events)),
          goal: sizeGoal,
        },
      );
    }
    figures.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
    return {
      figures,
      notes: [
        `A program with ${events} calls, recorded before; journal and database on tmpfs.`,
        "(processor) counts all threads of the recorder, those that compile and collect garbage too.",
      ],
    };
  },
};

/**
 * The TUI beside a program that makes 50,000 events a second: the slowdown, and the TUI's delay.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "../src/store/open.ts";
import { type Figure, median, spreadOf } from "./figures.ts";
import { packageRoot } from "./package-root.ts";
import { benchProgram } from "./programs.ts";
import { TuiTerminal } from "./tui-terminal.ts";

const eventsPerSecond = 50_000;
/**
 * The first frame is drawn before the rest of the TUI is loaded; the TUI follows from the second
 * on.
 */
const framesUntilUp = 2;
const warmUpSeconds = 0.5;

interface Run {
  /** CPU time of a pair of calls in the program. */
  readonly pairNanos: number;
  readonly eventsPerSecond: number;
  /** Age of the newest event on the screen, at each change. */
  readonly behindSeconds: readonly number[];
}

async function record(
  folder: string,
  name: string,
  seconds: number,
  isWatched: boolean,
): Promise<Run> {
  const path = join(folder, `${name}.db`);
  const figures = join(folder, `${name}.figures`);
  const words = ["record", "--quiet", "-o", path, "--", benchProgram("paced")];
  const rest = [String(seconds), String(eventsPerSecond), figures];
  const child = spawn(`${packageRoot()}/bin/maptrail.js`, [...words, ...rest], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const behind = isWatched ? await watch(path, seconds - 1) : [];
  await ended;
  const [, nanos = "0", pairs = "1"] = readFileSync(figures, "utf8").trim().split(" ");
  return {
    pairNanos: Number(nanos) / Number(pairs),
    eventsPerSecond: (2 * Number(pairs)) / seconds,
    behindSeconds: behind,
  };
}

/** Watches for some seconds, and compares the newest event's time on the screen with the clock. */
async function watch(path: string, seconds: number): Promise<number[]> {
  const startedAt = await startOf(path);
  const terminal = new TuiTerminal([path, "--live"], { columns: 200, rows: 60 });
  const behind: number[] = [];
  const until = performance.now() + seconds * 1000;
  while (terminal.frames < framesUntilUp) await terminal.nextFrame(10_000);
  const from = performance.now() + warmUpSeconds * 1000;
  while (performance.now() < until) {
    const at = await terminal.nextFrame(1000);
    const shown = terminal.newestEventSeconds();
    if (at === undefined || shown === undefined || performance.now() < from) continue;
    behind.push(Date.now() / 1e3 - startedAt - shown);
  }
  await terminal.close();
  return behind;
}

/** Waits for the recording to begin; returns seconds since 1970. */
async function startOf(path: string): Promise<number> {
  for (let tries = 0; ; tries++) {
    try {
      const store = openStore(path);
      try {
        return Number(store.recording().startedAtUnixNanos / 1_000_000n) / 1e3;
      } finally {
        store.close();
      }
    } catch (error) {
      if (tries === 200) throw error;
      await sleep(25);
    }
  }
}

export async function liveFigures(folder: string, quick: boolean): Promise<Figure[]> {
  const seconds = quick ? 6 : 12;
  const rounds = quick ? 2 : 5;
  const ratios: number[] = [];
  const rates: number[] = [];
  const behind: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const alone = await record(folder, `alone-${round}`, seconds, false);
    const watched = await record(folder, `watched-${round}`, seconds, true);
    ratios.push(watched.pairNanos / alone.pairNanos);
    rates.push(watched.eventsPerSecond / alone.eventsPerSecond);
    behind.push(...watched.behindSeconds);
  }
  const way = `${eventsPerSecond} events/s`;
  const figure = (name: string, values: readonly number[], unit: string): Figure => ({
    name,
    way,
    unit,
    decimals: 2,
    value: spreadOf(values),
  });
  const atMost = (limit: number) => ({ of: "value", is: "at most", limit }) as const;
  return [
    { ...figure("a call, looked on at, against not", ratios, "x"), goal: atMost(1.1) },
    figure("events in the same time, looked on at, against not", rates, "x"),
    figure("behind the program, median", [median(behind)], "s"),
    { ...figure("behind the program, longest", [Math.max(...behind)], "s"), goal: atMost(1) },
  ];
}

/** The log of map-loop, written by the program itself, whole and cut short by kill -9. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { missingCalls, readCallLog } from "./call-log.ts";
import { buildProgram } from "./programs.ts";
import { run } from "./run.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-calls-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("holds each thread's calls in sequence", async () => {
  const log = join(folder, "whole");
  await run([await buildProgram("map-loop"), "3", "40", log]);
  const threads = readCallLog(log);
  expect(threads.map((thread) => thread.count)).toEqual([40, 40, 40]);
  expect(threads[0]?.calls.slice(0, 5).map((call) => call.call)).toEqual([
    "mmap",
    "mprotect",
    "mremap",
    "munmap",
    "mmap",
  ]);
  const calls = threads.flatMap((thread) => thread.calls);
  expect(missingCalls(threads, calls)).toEqual([]);
  const lone = calls.findIndex(
    (call) => calls.filter((other) => isDeepStrictEqual(call, other)).length === 1,
  );
  expect(missingCalls(threads, calls.toSpliced(lone, 1))).toEqual([calls[lone]]);
  expect(missingCalls(threads, calls.toSpliced(119, 1))).toEqual([calls[119]]);
});

it("outlives kill -9", async () => {
  const log = join(folder, "cut");
  const child = spawn(await buildProgram("map-loop"), ["4", "0", log], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("exit", (_, signal) => resolve(signal)));
  // Each thread has gone round its part of the log, however busy the machine is.
  const isRound = () => readCallLog(log).filter(({ count }) => count > 4096).length === 4;
  await vi.waitFor(() => expect(isRound()).toBe(true), { timeout: 30_000 });
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
  const threads = readCallLog(log);
  expect(threads).toHaveLength(4);
  for (const thread of threads) {
    expect(thread.count).toBeGreaterThan(4096);
    expect(thread.calls).toHaveLength(4095);
  }
});

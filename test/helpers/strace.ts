/** Runs a command under strace with the calls that the recorder wants, printed raw. */
import { readFile } from "node:fs/promises";
import { comparedCalls } from "./compare-calls.ts";
import { type RunOptions, type RunResult, run } from "./run.ts";
import { parseStraceLog, type StraceLog } from "./strace-log.ts";

/** Printed decoded: their flags and paths say which image a thread belongs to. */
const decodedCalls = ["clone", "clone3", "fork", "vfork", "open", "openat"];

/** The command that runs `command` under strace and writes `logFile`. */
export function straceCommand(logFile: string, command: readonly string[]): string[] {
  return [
    "strace",
    "-f",
    "-i",
    "-o",
    logFile,
    "-e",
    `trace=${[...comparedCalls, ...decodedCalls].join(",")}`,
    "-e",
    `raw=${comparedCalls.join(",")}`,
    "-e",
    "signal=none",
    "--",
    ...command,
  ];
}

export async function runUnderStrace(
  logFile: string,
  command: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly run: RunResult; readonly log: StraceLog }> {
  const result = await run(straceCommand(logFile, command), options);
  return { run: result, log: parseStraceLog(await readFile(logFile, "utf8")) };
}

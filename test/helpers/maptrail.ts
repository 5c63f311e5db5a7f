/** Runs the command line as a user would, and reads back what it recorded. */
import { join } from "node:path";
import type { RecordedCall } from "./compare-calls.ts";
import { projectRoot } from "./programs.ts";
import { type RunOptions, type RunResult, run } from "./run.ts";

/** The script itself, not `node script`: its first lines note what the program must find unchanged. */
const cli = join(projectRoot, "bin", "maptrail.js");

export function maptrailCommand(...args: string[]): string[] {
  return [cli, ...args];
}

/** Records `command` into `database`, without a word of the tool's own. */
export function record(
  database: string,
  command: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return run(maptrailCommand("record", "--quiet", "-o", database, "--", ...command), options);
}

/** One line of `events --json`, as far as tests use it. Hexadecimal text is unsigned. */
export interface EventLine {
  readonly seq: number;
  readonly process: number;
  readonly pid: number;
  readonly tid: number;
  /** null for an observation. */
  readonly call: string | null;
  readonly args: readonly string[];
  readonly result: string | null;
  readonly errno: string | null;
  readonly observation?: string;
}

/** All events of the newest recording, in history order. Rejects when the command fails. */
export async function readEvents(database: string): Promise<EventLine[]> {
  const result = await run(maptrailCommand("events", "--json", "-o", database));
  if (result.status !== 0) throw new Error(`events --json failed: ${result.stderr}`);
  return result.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EventLine);
}

/** The recorded calls in the order of events; each thread's own calls stand in the order it made them. */
export function toRecordedCalls(events: readonly EventLine[]): RecordedCall[] {
  return events
    .filter((event) => event.call !== null)
    .map((event) => ({
      tid: event.tid,
      call: event.call ?? "",
      args: event.args.map(BigInt),
      result: event.result === null ? undefined : BigInt.asIntN(64, BigInt(event.result)),
    }));
}

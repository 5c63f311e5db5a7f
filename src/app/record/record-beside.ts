/** A recorder in a process of its own, for a TUI that watches it: the program's output goes to a file. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { exitCodes, UserError } from "../../base/errors.ts";
import { openStore } from "../../store/open.ts";
import type { Io } from "../io/io.ts";
import { databasePath } from "../open/database.ts";
import type { RecordOptions } from "./record-options.ts";
import { writeSummary } from "./summary.ts";

export interface RecorderBeside {
  readonly path: string;
  readonly outputPath: string;
  /** The recording's number, once it has begun; undefined when the recorder ended without one. */
  readonly recording: Promise<number | undefined>;
  /** The exit code that `maptrail record` ended with. */
  readonly end: Promise<number>;
}

const lookEveryMillis = 20;

/** Starts `maptrail record` with what it needs to know; its input is empty. Throws UserErrors. */
export function recordBeside(options: RecordOptions, io: Io): RecorderBeside {
  const path = databasePath(options, io);
  const outputPath = `${path}.output`;
  const program = process.argv[1];
  if (program === undefined) throw new Error("the program's own path is not known");
  const before = newestRecording(path).id;
  const output = createOutput(outputPath);
  const more = [
    ...(options.detachAfterExit === true ? ["--detach-after-exit"] : []),
    ...(options.journal === undefined ? [] : ["--journal", options.journal]),
  ];
  const words = [program, "record", "--quiet", "-o", path, ...more, "--", ...options.command];
  const child = spawn(process.execPath, words, { stdio: ["ignore", output, output] });
  closeSync(output);
  let hasEnded = false;
  const end = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      hasEnded = true;
      resolve(code ?? exitCodes.cannotRun);
    });
  });
  const recording = waitForNewer(path, before, () => hasEnded);
  return { path, outputPath, recording, end };
}

function createOutput(path: string): number {
  try {
    return openSync(path, "w", 0o600);
  } catch (cause) {
    throw new UserError(`the program's output cannot be written to ${path}`, {
      exitCode: exitCodes.cannotRun,
      hint: "Name a database in a folder that you may write to: -o FILE.",
      cause,
    });
  }
}

/** One that holds an event: a recording of a program that cannot be started is taken back. */
async function waitForNewer(
  path: string,
  before: number,
  hasEnded: () => boolean,
): Promise<number | undefined> {
  for (;;) {
    const ended = hasEnded(); // checked first, so that the last thing it made is still found
    const newest = newestRecording(path);
    if (newest.id > before && newest.eventCount > 0) return newest.id;
    if (ended) return newest.id > before ? newest.id : undefined;
    await sleep(lookEveryMillis);
  }
}

/** Zeros while there is none: a database that is just being made cannot be read yet. */
function newestRecording(path: string): { readonly id: number; readonly eventCount: number } {
  try {
    const store = openStore(path);
    try {
      const { id } = store.recording();
      return { id, eventCount: store.reader(id).eventCount };
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof UserError) return { id: 0, eventCount: 0 };
    throw error;
  }
}

/** The summary that `maptrail record` ends with. */
export async function writeSummaryOf(path: string, recording: number, io: Io): Promise<void> {
  const store = openStore(path, { mode: "write" });
  try {
    await writeSummary({ store, path, recording }, io);
  } finally {
    store.close();
  }
}

/** What the recorder said when it could not start the program. */
export function outputText(path: string): string {
  return readFileSync(path, "utf8");
}

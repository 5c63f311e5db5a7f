/** Starts the program through the launcher and reports its end; it keeps the caller's streams, signals and terminal. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { NativeFiles } from "./native-build.ts";
import type { Session } from "./session.ts";

/** How the program ended: one of the two is there. */
export interface ProgramEnd {
  readonly code?: number;
  readonly signal?: number;
}

export interface RunningProgram {
  readonly pid: number;
  readonly end: Promise<ProgramEnd>;
  /** Passes a signal on; false when the program is gone. */
  signal(name: NodeJS.Signals): boolean;
}

/** How to start the program. Bytes, so that no text encoding can change them. */
export interface Start {
  readonly argv: readonly Uint8Array[];
  /** `NAME=value` entries in their order. */
  readonly environ: readonly Uint8Array[];
  /** RLIMIT_NOFILE's soft limit, which Node raises; unchanged when undefined. */
  readonly nofileSoft: number | undefined;
  /** Signals to ignore, which Node resets. */
  readonly ignoredSignals: readonly number[];
}

function writeEntries(session: Session, name: string, entries: readonly Uint8Array[]): void {
  const bytes = Buffer.concat(entries.flatMap((entry) => [entry, Buffer.from([0])]));
  writeFileSync(join(session.folder, name), bytes, { mode: 0o600, flag: "wx" });
}

function signalMask(signals: readonly number[]): string {
  return signals.reduce((mask, number) => mask | (1n << BigInt(number - 1)), 0n).toString(16);
}

function endOf(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      resolve(signal === null ? { code: code ?? 0 } : { signal: constants.signals[signal] });
    });
  });
}

/** The promise `end` is rejected with an Error when the launcher itself cannot be started. */
export function launch(start: Start, session: Session, native: NativeFiles): RunningProgram {
  writeEntries(session, "argv", start.argv);
  writeEntries(session, "environ", start.environ);
  const limit = start.nofileSoft === undefined ? "-" : String(start.nofileSoft);
  const child = spawn(native.launcher, [session.folder, limit, signalMask(start.ignoredSignals)], {
    stdio: "inherit",
    env: {},
  });
  const end = endOf(child);
  return { pid: child.pid ?? 0, end, signal: (name) => child.kill(name) };
}

/** Signal names by number. */
export function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, code]) => code === number);
  return found?.[0] ?? `signal ${number}`;
}

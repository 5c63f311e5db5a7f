/** `maptrail record`: runs a program and records it. */
import { setTimeout as sleep } from "node:timers/promises";
import { exitCodes, UserError } from "../../base/errors.ts";
import { countOf } from "../../base/units.ts";
import { packageVersion } from "../../base/version.ts";
import { Drain } from "../../recorder/drain.ts";
import { launch, type ProgramEnd, type RunningProgram, signalName } from "../../recorder/launch.ts";
import { ensureNative } from "../../recorder/native-build.ts";
import {
  createSession,
  journalPlace,
  removeSession,
  type Session,
  type StackMode,
  stackModes,
  writeNote,
} from "../../recorder/session.ts";
import { openStore } from "../../store/open.ts";
import type { Store } from "../../store/store.ts";
import type { RecordingWriter } from "../../store/writer.ts";
import type { Io } from "../io/io.ts";
import { databasePath } from "../open/database.ts";
import { describeHost } from "./host.ts";
import { LiveLine } from "./live-line.ts";
import { programStart } from "./program-start.ts";
import type { Recorded, RecordOptions } from "./record-options.ts";
import { writeSummary } from "./summary.ts";

const pollMillis = 10;

/**
 * Runs the program to its end. Throws a UserError when it cannot be run, with the exit code that env
 * has for that, or when there is no place to record to.
 */
export async function record(options: RecordOptions, io: Io): Promise<Recorded> {
  if (options.command.length === 0 || options.command[0] === "") {
    throw new UserError("there is no program to record", { hint: "maptrail record -- CMD ..." });
  }
  const stacks = stackMode(options.stacks);
  const native = ensureNative();
  const path = databasePath(options, io);
  const store = openStore(path, { mode: "create" });
  try {
    const session = createSession(options.journal ?? journalPlace(path), native, stacks);
    const run = new Run(options, io, store, path, session);
    return await run.run(native);
  } finally {
    store.close();
  }
}

/** One run from the launch to the summary. */
class Run {
  readonly #options: RecordOptions;
  readonly #io: Io;
  readonly #store: Store;
  readonly #path: string;
  readonly #session: Session;
  readonly #monoStart = process.hrtime.bigint();
  readonly #recording: number;
  readonly #writer: RecordingWriter;
  readonly #drain: Drain;
  #program: RunningProgram | undefined;
  #end: ProgramEnd | undefined;
  /** The user does not want to wait for what the program left running. */
  #wantsEnd = false;
  /** Why nothing more can be written to the database. */
  #failure: unknown;

  constructor(options: RecordOptions, io: Io, store: Store, path: string, session: Session) {
    this.#options = options;
    this.#io = io;
    this.#store = store;
    this.#path = path;
    this.#session = session;
    this.#recording = store.createRecording({
      command: options.command,
      cwd: io.cwd,
      startedAtUnixNanos: BigInt(Date.now()) * 1_000_000n,
      source: "native",
      toolVersion: packageVersion(),
      host: describeHost(),
    });
    this.#writer = store.writer(this.#recording);
    this.#drain = new Drain({
      folder: session.folder,
      writer: this.#writer,
      monoStart: this.#monoStart,
      rootEnd: () =>
        this.#end === undefined ? undefined : { pid: this.#program?.pid ?? 0, ...this.#end },
    });
    writeNote(session, {
      version: 1,
      database: path,
      recording: this.#recording,
      monoStart: String(this.#monoStart),
      recorderPid: process.pid,
    });
  }

  async run(native: ReturnType<typeof ensureNative>): Promise<Recorded> {
    const release = this.#takeSignals();
    const live = new LiveLine(this.#io.err, this.#options.quiet === true);
    try {
      const start = await programStart(this.#options.command, this.#io);
      this.#program = launch(start, this.#session, native);
      this.#program.end.then(
        (end) => {
          this.#end = end;
        },
        (error: unknown) => {
          this.#end = { code: exitCodes.cannotRun };
          this.#failure ??= error;
        },
      );
      await this.#follow(live);
    } finally {
      live.end();
      release();
    }
    return this.#conclude();
  }

  /** Drains until the program and all that it started are gone. */
  async #follow(live: LiveLine): Promise<void> {
    for (;;) {
      const ended = this.#end !== undefined; // checked before the poll, which then drains the last records
      const more = this.#poll();
      live.show(this.#drain);
      const stays =
        ended &&
        (this.#wantsEnd || this.#options.detachAfterExit === true || !this.#drain.isRunning);
      if (stays || (ended && this.#failure !== undefined)) break;
      if (!more) await this.#pause();
      else await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #pause(): Promise<unknown> {
    const pause = sleep(pollMillis);
    return this.#end === undefined && this.#program !== undefined
      ? Promise.race([pause, this.#program.end.catch(() => undefined)])
      : pause;
  }

  /** A database that cannot be written must not touch the program: its journals wait for `recover`. */
  #poll(): boolean {
    if (this.#failure !== undefined) return false;
    try {
      return this.#drain.poll();
    } catch (error) {
      this.#failure = error;
      return false;
    }
  }

  /** The terminal's signals are the program's; the others are passed on to it. */
  #takeSignals(): () => void {
    const fromTerminal = (): void => {
      if (this.#end !== undefined) this.#wantsEnd = true;
    };
    const passOn = (name: NodeJS.Signals): void => {
      if (this.#end !== undefined) this.#wantsEnd = true;
      else this.#program?.signal(name);
    };
    const handlers: [NodeJS.Signals, (name: NodeJS.Signals) => void][] = [
      ["SIGINT", fromTerminal],
      ["SIGQUIT", fromTerminal],
      ["SIGTERM", passOn],
      ["SIGHUP", passOn],
    ];
    for (const [name, handler] of handlers) process.on(name, handler);
    return () => {
      for (const [name, handler] of handlers) process.removeListener(name, handler);
    };
  }

  async #conclude(): Promise<Recorded> {
    const { code, signal } = this.#end ?? {};
    const exitCode = signal === undefined ? (code ?? exitCodes.cannotRun) : 128 + signal;
    this.#refuseFailedLaunch();
    if (this.#failure === undefined) {
      try {
        this.#finish();
      } catch (error) {
        this.#failure = error;
      }
    }
    if (signal !== undefined && this.#options.quiet !== true) {
      const name = this.#options.command[0];
      await this.#io.err.write(`maptrail: ${name} was ended by ${signalName(signal)}\n`);
    }
    if (this.#failure !== undefined) await this.#writeFailure();
    else await this.#writeResult();
    return {
      database: this.#path,
      recording: this.#recording,
      exit: code === undefined && signal === undefined ? undefined : this.#end,
      exitCode,
      isFinished: this.#failure === undefined,
    };
  }

  #finish(): void {
    this.#drain.stop();
    this.#drain.finish("running");
    this.#writer.finish({
      status: "complete",
      durationNanos: Number(process.hrtime.bigint() - this.#monoStart),
      exit: this.#end,
      totals: JSON.stringify(this.#drain.counts()),
    });
    removeSession(this.#session);
  }

  /** A program that could not be started leaves no recording behind. */
  #refuseFailedLaunch(): void {
    const errno = this.#drain.failedLaunch()?.errno;
    if (errno === undefined) return;
    this.#store.discard(this.#recording);
    removeSession(this.#session);
    const name = this.#options.command[0]!;
    throw new UserError(`cannot run "${name}": ${whyNotRun(errno, name)}`, {
      exitCode: errno === 2 || errno === 20 ? 127 : 126,
      hint: hintFor(errno, name),
    });
  }

  async #writeFailure(): Promise<void> {
    const { err } = this.#io;
    const reason = this.#failure instanceof Error ? this.#failure.message : String(this.#failure);
    await err.write(
      `${err.style.paint("bad", `maptrail: the recording could not be finished: ${reason}`)}\n` +
        `  What was recorded is kept. When that is mended: maptrail recover ${this.#session.folder}\n`,
    );
    if (process.env["MAPTRAIL_DEBUG"] === "1")
      await err.write(`${(this.#failure as Error)?.stack}\n`);
  }

  async #writeResult(): Promise<void> {
    const { err } = this.#io;
    for (const sentence of this.#drain.damage)
      await err.write(`${err.style.paint("bad", `maptrail: ${sentence}`)}\n`);
    const { stacksLost } = this.#drain.counts();
    if (stacksLost > 0) {
      await err.write(
        `maptrail: ${countOf(stacksLost, "call")} came by stacks that found no room: their caller alone is kept\n`,
      );
    }
    if (this.#options.quiet === true) return;
    await writeSummary(
      { store: this.#store, path: this.#path, recording: this.#recording },
      this.#io,
    );
  }
}

/** Unwinding is the default: the most exact way that works for every program, at an acceptable cost. */
function stackMode(word = "unwind"): StackMode {
  const found = stackModes.find((mode) => mode === word);
  if (found !== undefined) return found;
  throw new UserError(`--stacks got "${word}"`, {
    hint: `It takes ${stackModes.slice(0, -1).join(", ")} or ${stackModes.at(-1)}.`,
  });
}

function whyNotRun(errno: number, name: string): string {
  if (errno === 2)
    return name.includes("/") ? "there is no such file" : "there is no such program in PATH";
  if (errno === 13) return "it may not be executed";
  if (errno === 8) return "it is not a program for this machine";
  return `errno ${errno}`;
}

function hintFor(errno: number, name: string): string {
  if (errno === 13) return `chmod +x ${name} makes a file executable; a folder cannot be run.`;
  return "Give the program as you would type it: maptrail record -- CMD ...";
}

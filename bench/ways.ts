/**
 * The ways to run a program that are compared: untraced, with the hook alone, recorded, other
 * tools.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { launch } from "../src/recorder/launch.ts";
import type { NativeFiles } from "../src/recorder/native-build.ts";
import {
  createSession,
  removeSession,
  type Session,
  type StackMode,
} from "../src/recorder/session.ts";
import { packageRoot } from "./package-root.ts";
import type { Place, Places } from "./places.ts";

export interface Way {
  readonly name: string;
  /** Why the way is not available here, and how to get it. */
  readonly missing?: string;
  /** Divisor for the number of calls, so that a round does not take minutes. */
  readonly slowness: number;
  /** Runs the command to its end; returns nanoseconds. Rejects unless it exits with 0. */
  readonly run: (command: readonly string[]) => Promise<number>;
}

/** What is compared with the untraced run. */
export interface Ways {
  readonly untraced: Way;
  /** The hook writes its journal, which nothing reads: the cost to the traced program alone. */
  readonly hook: (place: Place, stacks?: StackMode) => Way;
  /** The whole tool, with its recorder running beside the program. */
  readonly record: (place: Place) => Way;
  readonly strace: Way;
  readonly perf: Way;
}

const calls = "mmap,munmap,mremap,mprotect,brk,madvise";

async function timed(start: () => Promise<void>): Promise<number> {
  const from = process.hrtime.bigint();
  await start();
  return Number(process.hrtime.bigint() - from);
}

function exited(command: readonly string[]): Promise<void> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${command.join(" ")} ended with ${signal ?? code}: ${said}`));
    });
  });
}

function prefixed(
  name: string,
  slowness: number,
  prefix: readonly string[],
  missing?: string | undefined,
): Way {
  return {
    name,
    slowness,
    ...(missing === undefined ? {} : { missing }),
    run: (command) => timed(() => exited([...prefix, ...command])),
  };
}

/** Undefined if the tool works here, else its message and how to get it. */
function whyMissing(prefix: readonly string[], install: string): string | undefined {
  const [program = "", ...args] = prefix;
  const { status, error, stderr } = spawnSync(program, [...args, "/bin/true"], {
    encoding: "utf8",
  });
  if (error !== undefined) return `${program} is not installed; Debian: apt-get install ${install}`;
  if (status === 0) return undefined;
  const said = stderr.split("\n").find((line) => line.trim() !== "") ?? `it ended with ${status}`;
  return `it cannot trace here: ${said.trim()}`;
}

/** Runs a command under the hook with no reader; leaves the folder with its journals. */
export async function runHooked(
  command: readonly string[],
  native: NativeFiles,
  folder: string,
  stacks: StackMode = "unwind",
): Promise<{ readonly session: Session; readonly nanos: number }> {
  const session = createSession(folder, native, stacks);
  const environ = Object.entries(process.env).map(([key, value]) => Buffer.from(`${key}=${value}`));
  const argv = command.map((word) => Buffer.from(word));
  const nanos = await timed(async () => {
    const start = { argv, environ, nofileSoft: undefined, ignoredSignals: [] };
    const { code, signal } = await launch(start, session, native).end;
    if (code !== 0) throw new Error(`${command.join(" ")} ended with ${signal ?? code}`);
  });
  return { session, nanos };
}

function hookWay(native: NativeFiles, place: Place, stacks?: StackMode): Way {
  return {
    name: `hook alone, ${place.name}`,
    slowness: 1,
    ...(place.missing === undefined ? {} : { missing: place.missing }),
    run: async (command) => {
      const { session, nanos } = await runHooked(command, native, place.folder ?? "", stacks);
      removeSession(session);
      return nanos;
    },
  };
}

/** The command line of a recording with its journal and database in `folder`. */
export function recordCommand(folder: string): string[] {
  const tool = join(packageRoot(), "bin", "maptrail.js");
  return [tool, "record", "-q", "--journal", folder, "-o", join(folder, "bench.db"), "--"];
}

function recordWay(place: Place): Way {
  return {
    name: `maptrail, ${place.name}`,
    slowness: 1,
    ...(place.missing === undefined ? {} : { missing: place.missing }),
    run: async (command) => {
      const folder = mkdtempSync(join(place.folder ?? "", "record-"));
      try {
        return await timed(() => exited([...recordCommand(folder), ...command]));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

export function makeWays(native: NativeFiles, places: Places): Ways {
  const nowhere = join(places.scratch, "peer.out");
  const strace = ["strace", "-f", "--seccomp-bpf", "-e", `trace=${calls}`, "-o", nowhere];
  const perf = ["perf", "trace", "-e", calls, "-o", nowhere];
  return {
    untraced: prefixed("untraced", 1, []),
    hook: (place, stacks) => hookWay(native, place, stacks),
    record: (place) => recordWay(place),
    strace: prefixed("strace -f --seccomp-bpf", 40, strace, whyMissing(strace, "strace")),
    perf: prefixed("perf trace", 20, perf, whyMissing(perf, "linux-perf")),
  };
}

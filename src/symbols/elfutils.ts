/** Looks addresses up with elfutils in a child process. A file that crashes the child gets that as its reason, and the others are retried. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { elfutilsPath, type FileAnswer, type FileQuery, type SourceFrame } from "./lookup.ts";

export interface ChildRequest {
  /** In elfutils' notation. */
  readonly debugPath: string;
  readonly files: readonly FileQuery[];
}

/** The child's output, a line each. Files are numbered from 0. */
export type ChildLine =
  | { readonly unavailable: string }
  | { readonly begin: number }
  | { readonly frames: readonly (readonly SourceFrame[])[] }
  | { readonly failed: string };

/** Files that take longer are given up: a hundred thousand addresses take some ten seconds. */
const defaultPatienceMillis = 60_000;
/** After this many such files the rest is not tried. */
const mostGivenUp = 2;
const mostOutputBytes = 1 << 30;

export interface ElfutilsOptions {
  /** The script that answers. */
  readonly child?: string;
  readonly patienceMillis?: number;
}

/** Undefined where elfutils is not installed. */
export function askElfutils(
  files: readonly FileQuery[],
  debugFolders: readonly string[],
  options: ElfutilsOptions = {},
): FileAnswer[] | undefined {
  const answers = new Map<number, FileAnswer>();
  let left = [...files.keys()];
  let givenUp = 0;
  while (left.length > 0 && givenUp < mostGivenUp) {
    const asked = left.map((index) => files[index]).filter((file) => file !== undefined);
    const outcome = runChild({ debugPath: elfutilsPath(debugFolders), files: asked }, options);
    if (outcome === undefined) return undefined;
    for (const [position, answer] of outcome.answers) answers.set(left[position] ?? -1, answer);
    if (outcome.isLate) givenUp += 1;
    // Each round settles at least one file, so this terminates.
    left = left.filter((index) => !answers.has(index));
  }
  return files.map(
    (_, index) =>
      answers.get(index) ?? { reason: "elfutils was not asked: others took it too long" },
  );
}

interface Outcome {
  /** By position in the request. */
  readonly answers: ReadonlyMap<number, FileAnswer>;
  readonly isLate: boolean;
}

/** Undefined where there is no libdw or no way to start the child. */
function runChild(request: ChildRequest, options: ElfutilsOptions): Outcome | undefined {
  const { child: script = childPath(), patienceMillis = defaultPatienceMillis } = options;
  const child = spawnSync(process.execPath, [script], {
    input: JSON.stringify(request),
    encoding: "utf8",
    timeout: patienceMillis,
    killSignal: "SIGKILL",
    maxBuffer: mostOutputBytes,
    stdio: ["pipe", "pipe", "ignore"],
    // elfutils would query debuginfod servers for debug files.
    env: { ...process.env, DEBUGINFOD_URLS: "", NODE_OPTIONS: "" },
  });
  const code = (child.error as NodeJS.ErrnoException | undefined)?.code;
  const isLate = code === "ETIMEDOUT";
  const answers = new Map<number, FileAnswer>();
  let open: number | undefined;
  for (const line of parseLines(child.stdout ?? "")) {
    if ("unavailable" in line) return undefined;
    if ("begin" in line) open = line.begin;
    else if (open !== undefined) {
      answers.set(open, "failed" in line ? { reason: line.failed } : { frames: line.frames });
      open = undefined;
    }
  }
  if (open !== undefined) {
    const ended = `elfutils was ended by it (${child.signal ?? `status ${child.status}`})`;
    const late = `elfutils took longer than ${patienceMillis / 1000} s`;
    const failed = code === undefined ? ended : `elfutils could not be asked (${code})`;
    answers.set(open, { reason: isLate ? late : failed });
  }
  if (answers.size === 0 && !isLate) return undefined;
  return { answers, isLate };
}

/** The last line is incomplete when the child was killed. */
function parseLines(text: string): ChildLine[] {
  const lines = text.split("\n");
  lines.pop();
  return lines.map((line) => JSON.parse(line) as ChildLine);
}

/** The compiled child, also when this file is run from its source. */
function childPath(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, "elfutils-child.js");
  return existsSync(beside)
    ? beside
    : join(here, "..", "..", "dist", "symbols", "elfutils-child.js");
}

/** Looks addresses up by elfutils in a child process. A file that ends the child is told so, and the others are asked again. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { elfutilsPath, type FileAnswer, type FileQuery, type SourceFrame } from "./lookup.ts";

export interface ChildRequest {
  /** In elfutils' notation. */
  readonly debugPath: string;
  readonly files: readonly Pick<FileQuery, "path" | "addresses">[];
}

/** What the child says, a line each. Numbers of files count from 0. */
export type ChildLine =
  | { readonly unavailable: string }
  | { readonly begin: number }
  | { readonly frames: readonly (readonly SourceFrame[])[] }
  | { readonly failed: string };

/** A file that takes longer than that is given up: a hundred thousand addresses take some ten seconds. */
const patienceMillis = 60_000;
const mostOutputBytes = 1 << 30;

/** Undefined where elfutils is not installed. `child` is the script that answers. */
export function askElfutils(
  files: readonly FileQuery[],
  debugFolders: readonly string[],
  child = childPath(),
): FileAnswer[] | undefined {
  const answers = new Map<number, FileAnswer>();
  let left = [...files.keys()];
  while (left.length > 0) {
    const asked = left.map((index) => files[index]).filter((file) => file !== undefined);
    const outcome = runChild({ debugPath: elfutilsPath(debugFolders), files: asked }, child);
    if (outcome === undefined) return undefined;
    for (const [position, answer] of outcome) answers.set(left[position] ?? -1, answer);
    // Each round answers at least one file, so this ends.
    left = left.filter((index) => !answers.has(index));
  }
  return files.map((_, index) => answers.get(index) ?? { reason: "libdw did not answer" });
}

/** Answers by position; undefined where there is no libdw or no way to start the child. */
function runChild(request: ChildRequest, script: string): Map<number, FileAnswer> | undefined {
  const child = spawnSync(process.execPath, [script], {
    input: JSON.stringify(request),
    encoding: "utf8",
    timeout: patienceMillis,
    killSignal: "SIGKILL",
    maxBuffer: mostOutputBytes,
    stdio: ["pipe", "pipe", "ignore"],
    // elfutils would ask servers in the network for debug files.
    env: { ...process.env, DEBUGINFOD_URLS: "", NODE_OPTIONS: "" },
  });
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
  if (open !== undefined) answers.set(open, { reason: endText(child.error, child.signal) });
  return answers.size === 0 && request.files.length > 0 ? undefined : answers;
}

function endText(error: Error | undefined, signal: string | null): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ETIMEDOUT") return `elfutils took longer than ${patienceMillis / 1000} s`;
  if (code !== undefined) return `elfutils could not be asked (${code})`;
  return `elfutils was ended by it (${signal ?? "without a signal"})`;
}

/** The last line is a part of one when the child was killed. */
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

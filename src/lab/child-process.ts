/** Runs an act of the lab in a child process and reports how it ended. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How the child ended: one of the two is there. */
export interface ChildEnd {
  readonly status?: number;
  readonly signal?: NodeJS.Signals;
  /** What it wrote on stdout, line by line. */
  readonly lines: readonly string[];
  /** What it wrote on stderr, cut to a line. */
  readonly said: string;
}

/** The child's own way to start: the running Node, none of the user's Node options. */
export function childCommand(script: string, words: readonly string[]): string[] {
  return [process.execPath, script, ...words];
}

/** Rejects with an Error only when the child cannot be started. `onLine` is called for each line as it arrives. */
export function runChild(
  script: string,
  words: readonly string[],
  onLine: (line: string) => void = () => undefined,
): Promise<ChildEnd> {
  const [program = "", ...args] = childCommand(script, words);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: {}, stdio: ["ignore", "pipe", "pipe"] });
    const lines: string[] = [];
    let said = "";
    createInterface(child.stdout).on("line", (line) => {
      lines.push(line);
      onLine(line);
    });
    child.stderr.on("data", (bytes: Buffer) => {
      if (said.length < 2000) said += bytes.toString("utf8");
    });
    child.once("error", reject);
    child.once("close", (status, signal) => {
      const end = { lines, said: lastLine(said) };
      resolve(signal === null ? { ...end, status: status ?? 0 } : { ...end, signal });
    });
  });
}

function lastLine(text: string): string {
  const lines = text.split("\n").filter((line) => /^\w*Error/.test(line));
  return (lines[0] ?? text.split("\n")[0] ?? "").trim();
}

/** `SIGSEGV`, `exit 0`, or `exit 1: Error: ...`. */
export function endText({ status, signal, said }: ChildEnd): string {
  if (signal !== undefined) return signal;
  return said === "" ? `exit ${status}` : `exit ${status}: ${said}`;
}

/** Runs a program to its end and keeps all that it said. */
import { spawn } from "node:child_process";

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment; the test's own when absent. */
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** After this many milliseconds the program's process group is killed and the promise rejects. */
  readonly timeoutMillis?: number;
}

/** Resolves when the program has ended and its output is closed, so after daemons that hold it too. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program, ...args] = command;
  if (program === undefined) throw new Error("no command to run");
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
    child.stdin.on("error", () => undefined); // a program that reads no input closes the pipe early
    child.stdin.end(options.input ?? "");
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, options.timeoutMillis ?? 60_000);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      const said = Buffer.concat(stderr).toString();
      if (late) reject(new Error(`${command.join(" ")} took too long; it said: ${said}`));
      else resolve({ stdout: Buffer.concat(stdout).toString(), stderr: said, status, signal });
    });
  });
}

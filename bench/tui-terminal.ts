/** Runs the TUI in its own terminal, by script(1): sends keys, and times each complete frame. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "./package-root.ts";

const endOfFrame = "\u001b[?2026l";
const ticksPerSecond = 100;
/** Enough for a complete frame. */
const recentCharacters = 60_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with the escape character
const colours = /\u001b\[[?\d;]*[a-zA-Z]/g;

export class TuiTerminal {
  readonly #child: ChildProcess;
  readonly startedAt = performance.now();
  /** The number of frames so far. */
  frames = 0;
  bytes = 0;
  hasEnded = false;
  #tail = "";
  #recent = "";
  #waiting: ((at: number) => void) | undefined;
  #pid: number | undefined;

  constructor(args: readonly string[], size: { columns: number; rows: number }) {
    const words = [`${packageRoot()}/bin/maptrail.js`, "tui", ...args].map((word) => `'${word}'`);
    const line = `stty cols ${size.columns} rows ${size.rows}; exec ${words.join(" ")}`;
    this.#child = spawn("script", ["-qfec", line, "/dev/null"], {
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, TERM: "xterm-256color", COLORTERM: "truecolor", LC_ALL: "C.UTF-8" },
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    this.#child.once("exit", () => {
      this.hasEnded = true;
      this.#waiting?.(Number.NaN);
    });
  }

  #take(text: string): void {
    this.bytes += text.length;
    this.#recent = (this.#recent + text).slice(-recentCharacters);
    const all = this.#tail + text;
    const found = all.split(endOfFrame).length - 1;
    this.#tail = all.slice(-endOfFrame.length + 1);
    if (found === 0) return;
    this.frames += found;
    this.#waiting?.(performance.now());
    this.#waiting = undefined;
  }

  /**
   * The time of the next frame; undefined if none comes in time, as after a key that changes
   * nothing.
   */
  async nextFrame(mostMillis: number): Promise<number | undefined> {
    const frame = new Promise<number>((resolve) => {
      this.#waiting = resolve;
    });
    const at = await Promise.race([frame, sleep(mostMillis, undefined)]);
    this.#waiting = undefined;
    if (at !== undefined && Number.isNaN(at)) throw new Error("the TUI ended by itself");
    return at;
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Milliseconds from a key to the frame that follows it. */
  async answer(key: string, mostMillis = 1000): Promise<number | undefined> {
    const began = performance.now();
    this.type(key);
    const at = await this.nextFrame(mostMillis);
    return at === undefined ? undefined : at - began;
  }

  /** Waits until nothing has been drawn for a while, so that background work is done. */
  async settle(quietMillis = 600): Promise<void> {
    while ((await this.nextFrame(quietMillis)) !== undefined);
  }

  /** Time of the newest event on the screen, since the start of the recording. */
  newestEventSeconds(): number | undefined {
    const text = this.#recent.replace(colours, "");
    const last = [...text.matchAll(/@\d+ +(\d+\.\d{6})/g)].at(-1)?.[1];
    return last === undefined ? undefined : Number(last);
  }

  /** CPU time of the TUI so far. */
  cpuMillis(): number {
    const fields = readFileSync(`/proc/${this.#pidOf()}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
  }

  /** Peak resident memory. */
  peakBytes(): number {
    const status = readFileSync(`/proc/${this.#pidOf()}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  }

  async close(): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.type("q");
    await Promise.race([ended, sleep(3000)]);
    this.#child.kill("SIGKILL");
  }

  /** The shell becomes the TUI by exec, so it is the only child of script. */
  #pidOf(): number {
    const { pid = 0 } = this.#child;
    this.#pid ??= Number(
      readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0],
    );
    return this.#pid;
  }
}

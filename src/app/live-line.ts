/** The line on stderr while a program is recorded: only on a terminal, and gone when it ends. */
import { formatBytes, formatCount } from "../base/units.ts";
import { isLineMode } from "../ffi/terminal.ts";
import type { Drain } from "../recorder/drain.ts";
import type { Output } from "./io.ts";

const everyMillis = 250;
/** A program that ends at once shows no line at all. */
const firstAfterMillis = 1000;
const stderrFd = 2;

export class LiveLine {
  readonly #output: Output;
  readonly #isShown: boolean;
  #nextAt = performance.now() + firstAfterMillis;
  #isThere = false;

  constructor(output: Output, quiet: boolean) {
    this.#output = output;
    this.#isShown = output.isTTY && !quiet;
  }

  show(drain: Drain): void {
    const now = performance.now();
    if (!this.#isShown || now < this.#nextAt) return;
    this.#nextAt = now + everyMillis;
    if (!isLineMode(stderrFd)) {
      this.#isThere = false; // an editor has drawn over it, and the screen is the editor's
      return;
    }
    const { events, processes, alive, lost, journalBytes } = drain.counts();
    const parts = [
      `${formatCount(events)} events`,
      `${formatCount(alive)} of ${formatCount(processes)} processes running`,
      `${formatBytes(drain.mappedBytes)} mapped`,
      `journal ${formatBytes(journalBytes)}`,
    ];
    if (lost > 0) parts.push(this.#output.style.paint("bad", `${formatCount(lost)} lost`));
    this.#isThere = true;
    void this.#output.write(
      `\r\u001b[K${this.#output.style.paint("quiet", "maptrail")}  ${parts.join("   ")}`,
    );
  }

  end(): void {
    if (this.#isThere) void this.#output.write("\r\u001b[K");
    this.#isThere = false;
  }
}

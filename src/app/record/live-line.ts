/** The line on stderr while a program is recorded: only on a terminal, and gone when it ends. */
import { formatBytes, formatCount } from "../../base/units.ts";
import { isLineMode } from "../../ffi/terminal.ts";
import type { Drain } from "../../recorder/drain.ts";
import type { Output } from "../io/io.ts";

const everyMillis = 250;
/** A program that ends at once shows no line at all. */
const firstAfterMillis = 1000;
const stderrFd = 2;
const label = "maptrail";
const gap = "   ";

/** The parts of the line, the most important first. */
function partsOf(drain: Drain): (readonly [text: string, role?: "bad"])[] {
  const { events, processes, alive, lost, journalBytes } = drain.counts();
  return [
    [`${formatCount(events)} ${events === 1 ? "event" : "events"}`],
    ...(lost > 0 ? [[`${formatCount(lost)} lost`, "bad"] as const] : []),
    [`${formatCount(alive)} of ${formatCount(processes)} processes running`],
    [`${formatBytes(drain.mappedBytes)} mapped`],
    [`journal ${formatBytes(journalBytes)}`],
  ];
}

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
    const { style } = this.#output;
    let left = (process.stderr.columns ?? 80) - label.length - 1;
    const parts = partsOf(drain).filter(([text]) => {
      left -= text.length + gap.length; // a line that wraps could not be taken back
      return left >= 0;
    });
    const texts = parts.map(([text, role]) =>
      role === undefined ? text : style.paint(role, text),
    );
    this.#isThere = true;
    const line = [style.paint("quiet", label), ...texts].join(gap);
    void this.#output.write(`\r\u001b[K${line}`);
  }

  end(): void {
    if (this.#isThere) void this.#output.write("\r\u001b[K");
    this.#isThere = false;
  }
}

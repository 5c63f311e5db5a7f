/** Functions that a runtime made while it ran, from the map it writes for perf: lines of `START SIZE NAME` in hexadecimal, tools/perf/Documentation/jit-interface.txt. */

import { countAtMost } from "../base/search.ts";
import type { SourceFrame } from "./lookup.ts";

/** How many entries before an address are tried: nested ones are rare. */
const mostLookedAt = 64;

export class PerfMap {
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #names: readonly string[];
  /** The line number: the last entry for an address counts. */
  readonly #order: Uint32Array;
  /** Lines that are not entries. */
  readonly badLines: number;

  constructor(text: string) {
    const rows: { start: number; end: number; name: string; order: number }[] = [];
    let bad = 0;
    for (const [order, line] of text.split("\n").entries()) {
      const match = /^(?:0x)?([0-9a-f]{1,16}) (?:0x)?([0-9a-f]{1,16}) (.+)$/i.exec(line);
      const start = Number.parseInt(match?.[1] ?? "", 16);
      const end = start + Number.parseInt(match?.[2] ?? "", 16);
      if (match?.[3] === undefined || !Number.isSafeInteger(end)) bad += line === "" ? 0 : 1;
      else rows.push({ start, end, name: match[3], order });
    }
    rows.sort((a, b) => a.start - b.start || a.order - b.order);
    this.badLines = bad;
    this.#starts = Float64Array.from(rows, ({ start }) => start);
    this.#ends = Float64Array.from(rows, ({ end }) => end);
    this.#order = Uint32Array.from(rows, ({ order }) => order);
    this.#names = rows.map(({ name }) => name);
  }

  get size(): number {
    return this.#names.length;
  }

  /** The entry that holds a run-time address, the latest when several do. */
  lookUp(address: number): SourceFrame | undefined {
    const starts = this.#starts;
    const below = countAtMost(starts.length, (i) => starts[i] ?? 0, address);
    let best = -1;
    for (let i = below - 1; i >= Math.max(0, below - mostLookedAt); i -= 1) {
      const isYounger = best === -1 || (this.#order[i] ?? 0) > (this.#order[best] ?? 0);
      if (address < (this.#ends[i] ?? 0) && isYounger) best = i;
    }
    return best === -1 ? undefined : runtimeFrame(this.#names[best] ?? "");
  }
}

/** V8 writes `JS:*grow /app/buffer.js:12:5`: kind, tier, function, file, line, column. */
export function runtimeFrame(text: string): SourceFrame {
  const match = /^(?:\w+):[*~^+']?(\S*) (?:file:\/\/)?(.+):(\d+):\d+$/.exec(text);
  if (match?.[2] === undefined) return { name: text };
  return { name: match[1] || "(anonymous)", file: match[2], line: Number(match[3]) };
}

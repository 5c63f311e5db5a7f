/** Stacks added up in the collapsed form of FlameGraph's stackcollapse tools: frames from the outermost, `;` between them, a blank, a count. */

import { printable } from "../base/printable.ts";
import type { EventBatch } from "../events/batch.ts";
import type { CallSites } from "./call-sites.ts";
import { frameName } from "./code-frame.ts";

export interface FoldedStack {
  /** The program first, then the outermost frame. */
  readonly frames: readonly string[];
  readonly weight: number;
}

/** Stands before the frames of a stack whose outermost frames are missing. */
const partialFrame = "[partial]";
const unknownFrame = "[unknown]";
const foundFrame = "[mapped by no recorded call]";

export class StackFolds {
  readonly #sites: CallSites;
  readonly #programOf: (process: number) => string;
  /** By program, then by number of the stack. */
  readonly #sums = new Map<string, Map<number, number>>();
  readonly #found = new Map<string, number>();
  #list: FoldedStack[] | undefined;

  constructor(sites: CallSites, programOf: (process: number) => string) {
    this.#sites = sites;
    this.#programOf = programOf;
  }

  /** `process`: whose it is, when that is not the event's. */
  add(batch: EventBatch, row: number, weight: number, process = batch.process[row] ?? 0): void {
    if (weight <= 0) return;
    const program = this.#programOf(process);
    let sums = this.#sums.get(program);
    if (sums === undefined) {
      sums = new Map();
      this.#sums.set(program, sums);
    }
    const number = this.#sites.stackNumberOf(batch, row);
    sums.set(number, (sums.get(number) ?? 0) + weight);
  }

  /** The weight that no recorded call accounts for. */
  addFound(process: number, weight: number): void {
    if (weight <= 0) return;
    const program = this.#programOf(process);
    this.#found.set(program, (this.#found.get(program) ?? 0) + weight);
  }

  /** Each stack once, in the order of their text. Nothing may be added afterwards. */
  list(): readonly FoldedStack[] {
    this.#list ??= this.#fold();
    return this.#list;
  }

  #fold(): FoldedStack[] {
    const merged = new Map<string, FoldedStack>();
    const put = (frames: readonly string[], weight: number): void => {
      const key = frames.join(";");
      merged.set(key, { frames, weight: (merged.get(key)?.weight ?? 0) + weight });
    };
    for (const [program, weight] of this.#found) put([frameText(program), foundFrame], weight);
    for (const [program, sums] of this.#sums) {
      for (const [number, weight] of sums) put(this.#frames(program, number), weight);
    }
    return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fold]) => fold);
  }

  #frames(program: string, number: number): string[] {
    const { frames, end } = this.#sites.stack(number);
    if (frames.length === 0) return [frameText(program), unknownFrame];
    const names = frames.map((frame) => frameText(frameName(frame))).reverse();
    return [frameText(program), ...(end === "start" ? [] : [partialFrame]), ...names];
  }
}

/** `;` and line feeds separate frames and lines, and the format has no escape for them. */
function frameText(name: string): string {
  return printable(name).replaceAll(";", ":") || unknownFrame;
}

/** One line a stack, each with its line feed. */
export function foldedText(folds: StackFolds): string {
  return folds
    .list()
    .map(({ frames, weight }) => `${frames.join(";")} ${weight}\n`)
    .join("");
}

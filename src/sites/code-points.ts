/** Places in code that stacks contain: numbered as they are met, all resolved together when the first name is needed. */

import type { SourceFrame } from "../symbols/lookup.ts";
import { type SymbolOptions, symbolise } from "../symbols/symbolise.ts";
import { type CodeFrame, codeFrames } from "./code-frame.ts";
import { RuntimeNames, type RuntimeOptions } from "./runtime-names.ts";

/** A file, or the memory of a process, that code stands in. */
export interface CodeSource {
  /** Empty: memory without a file. */
  readonly path: string;
  /** Undefined where nobody noted it. */
  readonly buildId?: string | undefined;
  /** Set where `path` is empty. */
  readonly process?: number | undefined;
  /** Addresses in it are places in the file. */
  readonly areFileOffsets?: boolean | undefined;
}

export interface PointOptions extends SymbolOptions, RuntimeOptions {
  /** The recording's last moment: files without a build-id that changed later are not the ones. */
  readonly endedAtUnixMillis?: number | undefined;
}

interface Point {
  readonly source: CodeSource;
  /** As recorded. */
  readonly offset: number;
  /** An address of the instruction: the recorded one, or one byte less for a return address. */
  readonly at: number;
}

export class CodePoints {
  readonly #options: PointOptions;
  readonly #runtime: RuntimeNames;
  readonly #sources = new Map<string, { source: CodeSource; points: Map<number, number> }>();
  readonly #points: Point[] = [];
  readonly #frames: (readonly CodeFrame[])[] = [];
  readonly #notes = new Map<string, string>();

  constructor(options: PointOptions) {
    this.#options = options;
    this.#runtime = new RuntimeNames(options);
  }

  /** The number of a place, from 0. `isExact`: the address is that of the instruction itself. */
  point(source: CodeSource, offset: number, isExact: boolean): number {
    const { path, buildId, process, areFileOffsets } = source;
    const key = JSON.stringify([path, buildId, process, areFileOffsets]);
    let known = this.#sources.get(key);
    if (known === undefined) {
      known = { source, points: new Map() };
      this.#sources.set(key, known);
    }
    // The half keeps the key of an instruction apart from that of a return address.
    const at = isExact ? offset + 0.5 : offset;
    let point = known.points.get(at);
    if (point === undefined) {
      point = this.#points.length;
      this.#points.push({ source: known.source, offset, at: isExact ? offset : offset - 1 });
      known.points.set(at, point);
    }
    return point;
  }

  /** The functions there, the innermost first, at least one. The first call resolves all places met so far. */
  frames(point: number): readonly CodeFrame[] {
    if (point >= this.#frames.length) this.#nameAll();
    return this.#frames[point] ?? [];
  }

  /** Sentences about files that could not be read as they were. */
  get notes(): readonly string[] {
    return [...this.#notes.values(), ...this.#runtime.notes];
  }

  #nameAll(): void {
    const fresh = this.#points.slice(this.#frames.length);
    const found = new Map<Point, readonly SourceFrame[]>();
    const files = groupBySource(fresh).filter(([{ path }]) => path.startsWith("/"));
    const answers = symbolise(
      files.map(([{ path, buildId, areFileOffsets }, points]) => ({
        path: path.replace(/ \(deleted\)$/, ""),
        buildId,
        areFileOffsets,
        unchangedSinceMillis: this.#options.endedAtUnixMillis,
        addresses: points.map(({ at }) => at),
      })),
      this.#options,
    );
    for (const [i, [{ path }, points]] of files.entries()) {
      const answer = answers[i];
      if (answer?.reason !== undefined) this.#note(path, answer.reason, answer.state);
      for (const [k, point] of points.entries()) found.set(point, answer?.frames[k] ?? []);
    }
    for (const point of fresh) {
      const { source, offset, at } = point;
      const named = found.get(point) ?? this.#runtimeFrames(source, at);
      this.#frames.push(codeFrames(named, source.path, offset));
    }
  }

  #runtimeFrames({ path, process }: CodeSource, at: number): SourceFrame[] {
    if (path !== "" || process === undefined) return [];
    return this.#runtime.lookUp(process, at);
  }

  #note(path: string, reason: string, state: string): void {
    const rest = state === "read" ? "" : "; its frames are shown by what is left";
    this.#notes.set(`${path} ${reason}`, `${path}: ${reason}${rest}`);
  }
}

function groupBySource(points: readonly Point[]): [CodeSource, Point[]][] {
  const groups = new Map<CodeSource, Point[]>();
  for (const point of points) {
    const group = groups.get(point.source);
    if (group === undefined) groups.set(point.source, [point]);
    else group.push(point);
  }
  return [...groups];
}

/** Call sites: the places in programs that calls come from, with functions, files and lines. */

import type { SiteNames } from "../analyses/recorders/sites.ts";
import type { EventBatch } from "../events/batch.ts";
import type { CallStack, StackEnd } from "../events/stack.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { RecordingRow } from "../store/recordings.ts";
import { isQuietModule } from "../symbols/quiet-modules.ts";
import { signalReturnsIn } from "../symbols/signal-return.ts";
import type { SymbolOptions } from "../symbols/symbolise.ts";
import { type CodeFrame, frameName } from "./code-frame.ts";
import { CodePoints, type CodeSource } from "./code-points.ts";
import { ReturnPlaces } from "./return-places.ts";
import { readStack, siteIndex } from "./site-place.ts";

export interface CallSiteOptions extends SymbolOptions {
  /** Where perf-PID.map files lie; /tmp when absent. */
  readonly perfMapFolder?: string | undefined;
  /** Frames of libc, the loader and the hook are not folded. */
  readonly allFrames?: boolean | undefined;
}

/** A stack with names, the innermost frame first. Empty when nothing is known. */
export interface NamedStack {
  readonly frames: readonly CodeFrame[];
  /** Undefined: no stack was recorded, and the frames come from the return address. */
  readonly end: StackEnd | undefined;
}

/** A stack's places: numbers of CodePoints. */
interface Trace {
  readonly points: readonly number[];
  /** Indexes in `points` of frames that are folded. */
  readonly quiet: readonly boolean[];
  readonly end: StackEnd | undefined;
}

const emptyTrace: Trace = { points: [], quiet: [], end: undefined };

/** Sites of a recording, with names that are looked up when the first is asked for. */
export function callSites(
  reader: RecordingReader,
  row: RecordingRow,
  options: CallSiteOptions = {},
): CallSites {
  return new CallSites(reader, row, options);
}

export class CallSites implements SiteNames {
  readonly #reader: RecordingReader;
  readonly #allFrames: boolean;
  readonly #points: CodePoints;
  /** By stack id; those with code of a runtime by stack id and process. */
  readonly #traces = new Map<number | string, Trace>();
  /** Site of each trace: its point plus 1. */
  readonly #sites = new Map<Trace, number>();
  readonly #names: string[] = [];
  readonly #stacks: Trace[] = [];
  readonly #stackNumbers = new Map<Trace, number>();
  readonly #signalReturns = new Map<number, ReadonlySet<number>>();
  readonly #sources = new Map<number, CodeSource>();
  #places: ReturnPlaces | undefined;
  #isComplete = false;

  constructor(reader: RecordingReader, row: RecordingRow, options: CallSiteOptions) {
    this.#reader = reader;
    this.#allFrames = options.allFrames === true;
    const startedAtMillis = Number(row.startedAtUnixNanos / 1_000_000n);
    const processes = new Map(reader.processes().map((one) => [one.process, one]));
    this.#points = new CodePoints({
      ...options,
      endedAtUnixMillis:
        row.durationNanos === undefined ? undefined : startedAtMillis + row.durationNanos / 1e6,
      processOf: (number) => {
        const one = processes.get(number);
        if (one === undefined) return undefined;
        return { pid: one.pid, startedAtUnixMillis: startedAtMillis + one.atNanos / 1e6 };
      },
    });
  }

  siteOf(batch: EventBatch, row: number): number {
    const trace = this.#traceOf(batch, row);
    let site = this.#sites.get(trace);
    if (site === undefined) {
      const at = this.#siteIn(trace);
      site = at === undefined ? 0 : (trace.points[at] ?? -1) + 1;
      this.#sites.set(trace, site);
    }
    return site;
  }

  name(site: number): string {
    const known = this.#names[site];
    if (known !== undefined) return known;
    const frame = this.frame(site);
    const name = frame === undefined ? "unknown" : frameName(frame);
    this.#names[site] = name;
    return name;
  }

  /** The function at a site; undefined for 0. */
  frame(site: number): CodeFrame | undefined {
    if (site === 0) return undefined;
    this.#complete();
    return this.#points.frames(site - 1)[0];
  }

  /** A number for the call's stack as it is shown: equal numbers, equal stack. 0 is unknown. */
  stackNumberOf(batch: EventBatch, row: number): number {
    const trace = this.#traceOf(batch, row);
    if (trace.points.length === 0) return 0;
    let number = this.#stackNumbers.get(trace);
    if (number === undefined) {
      number = this.#stacks.push(trace);
      this.#stackNumbers.set(trace, number);
    }
    return number;
  }

  /** The stack of that number without the folded frames; the site alone where all would be folded. */
  stack(number: number): NamedStack {
    const trace = this.#stacks[number - 1] ?? emptyTrace;
    const { points, quiet, end } = trace;
    this.#complete();
    const shown = points.filter((_, i) => this.#allFrames || quiet[i] !== true);
    const site = this.#siteIn(trace) ?? 0;
    const kept = shown.length === 0 ? points.slice(site, site + 1) : shown;
    return { frames: kept.flatMap((point) => this.#points.frames(point)), end };
  }

  /** Sentences about files that could not be read as they were, after names were asked for. */
  get notes(): readonly string[] {
    return this.#points.notes;
  }

  #siteIn({ points, quiet, end }: Trace): number | undefined {
    return siteIndex(this.#allFrames ? points.map(() => false) : quiet, end);
  }

  #traceOf(batch: EventBatch, row: number): Trace {
    const id = batch.stack[row] ?? 0;
    const process = batch.process[row] ?? 0;
    if (id === 0) return this.#traceOfAddress(batch, row, process);
    return this.#traces.get(id) ?? this.#traceOfStack(id, process);
  }

  #traceOfStack(id: number, process: number): Trace {
    const key = `${id} ${process}`;
    const known = this.#traces.get(key);
    if (known !== undefined) return known;
    const stack = readStack(this.#reader, id);
    const trace = stack === undefined ? emptyTrace : this.#trace(stack, process);
    // Code of a runtime is named by the map of its process.
    const isShared = stack?.frames.every(({ module }) => module !== 0) ?? true;
    this.#traces.set(isShared ? id : key, trace);
    return trace;
  }

  #trace({ frames, end }: CallStack, process: number): Trace {
    const points: number[] = [];
    const quiet: boolean[] = [];
    let isInterrupted = false;
    for (const { module, offset } of frames) {
      const source = module === 0 ? { path: "", process } : this.#sourceOf(module);
      const isQuiet = isQuietModule(source.path);
      const isTrampoline = isQuiet && this.#isSignalReturn(module, source.path, offset);
      points.push(this.#points.point(source, offset, isTrampoline || isInterrupted));
      quiet.push(isQuiet);
      isInterrupted = isTrampoline;
    }
    return { points, quiet, end };
  }

  #traceOfAddress(batch: EventBatch, row: number, process: number): Trace {
    const address = batch.returnAddress[row] ?? 0;
    if (address <= 0) return emptyTrace;
    this.#places ??= this.#readPlaces();
    const place = this.#places.placeOf(process, batch.firstSeq + row, address);
    const source = place?.source ?? { path: "", process };
    const offset = place?.offset ?? address;
    const key = `${source.path} ${source.path === "" ? process : ""} ${offset}`;
    let trace = this.#traces.get(key);
    if (trace === undefined) {
      const point = this.#points.point(source, offset, false);
      trace = { points: [point], quiet: [isQuietModule(source.path)], end: undefined };
      this.#traces.set(key, trace);
    }
    return trace;
  }

  /** All at once, so that one look-up names them all. */
  #readPlaces(): ReturnPlaces {
    const places = new ReturnPlaces(this.#reader);
    for (const { source, offset } of places.distinct) this.#points.point(source, offset, false);
    return places;
  }

  #sourceOf(module: number): CodeSource {
    let source = this.#sources.get(module);
    if (source === undefined) {
      const known = this.#reader.module(module);
      source = { path: known?.path ?? `[module ${module}]`, buildId: known?.buildId };
      this.#sources.set(module, source);
    }
    return source;
  }

  #isSignalReturn(module: number, path: string, offset: number): boolean {
    let places = this.#signalReturns.get(module);
    if (places === undefined) {
      places = path.startsWith("/") ? signalReturnsIn(path) : new Set();
      this.#signalReturns.set(module, places);
    }
    return places.has(offset);
  }

  /** Meets all stacks of the recording, so that one look-up names them all. */
  #complete(): void {
    if (this.#isComplete) return;
    this.#isComplete = true;
    for (let id = 1; ; id += 1) {
      const stack = readStack(this.#reader, id);
      if (stack === undefined) return;
      // Code of a runtime is looked up with its process.
      if (stack.frames.every(({ module }) => module !== 0) && !this.#traces.has(id)) {
        this.#traces.set(id, this.#trace(stack, 0));
      }
    }
  }
}

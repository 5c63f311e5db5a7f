/**
 * What each site of a program did: calls by program, call, site and size class, in order. Nothing
 * depends on an address, so that two runs can be compared.
 */

import { defaultPageBytes } from "../../base/pages.ts";
import type { EventBatch } from "../../events/batch.ts";
import { errnoAt } from "../../events/describe.ts";
import { isMemoryCallCode, kindOf, memoryCalls, observations } from "../../events/kinds.ts";
import { GrowthClassifier, type GrowthOutcome } from "../recorders/growth.ts";
import type { SiteNames } from "../recorders/sites.ts";
import type { HeapEnd } from "../stats.ts";

/** Calls of one program, kind, site and size class. */
export interface SiteClass {
  /** Base name of the program's file. */
  readonly program: string;
  readonly call: string;
  readonly site: string;
  /** Sizes from this up to, but not including, twice this, in bytes; 0 if the call has no size. */
  readonly sizeClassBytes: number;
  count: number;
  failed: number;
  nanos: number;
  firstSeq: number;
  /** Outcome of each call that asked for more, in event order, and its event. */
  readonly outcomes: GrowthOutcome[];
  readonly outcomeSeqs: number[];
}

/** Sites are numbers until `classes` looks up their names. */
type OpenClass = Omit<SiteClass, "site"> & { readonly siteNumber: number };

export interface SiteFoldOptions {
  readonly sites: SiteNames;
  /** Program of a process, given the process's number in the recording. */
  readonly programOf: (process: number) => string;
  readonly heapEnd?: HeapEnd;
  readonly pageBytes?: number;
}

const growing: ReadonlySet<GrowthOutcome> = new Set(["inPlace", "moved", "relocated", "refused"]);

/** Index of a call's size argument; brk has none, so what the heap grows by counts instead. */
const sizeArgument: Readonly<Record<number, number>> = {
  [memoryCalls.mmap]: 1,
  [memoryCalls.munmap]: 1,
  [memoryCalls.mremap]: 2,
  [memoryCalls.mprotect]: 1,
  [memoryCalls.pkey_mprotect]: 1,
  [memoryCalls.madvise]: 1,
  [memoryCalls.remap_file_pages]: 1,
};

/** Feed batches in history order, then read `classes`. */
export class SiteFold {
  readonly #options: SiteFoldOptions;
  readonly #classifier: GrowthClassifier;
  readonly #pageBytes: number;
  /** Programs are numbered, so that a class's key is a single number. */
  readonly #programs: string[] = [];
  readonly #programOfProcess: number[] = [];
  readonly #classes = new Map<number, OpenClass>();

  constructor(options: SiteFoldOptions) {
    this.#options = options;
    this.#pageBytes = options.pageBytes ?? defaultPageBytes;
    this.#classifier = new GrowthClassifier(this.#pageBytes);
  }

  feed(batch: EventBatch): void {
    for (let row = 0; row < batch.length; row += 1) {
      const code = batch.kind[row]!;
      if (isMemoryCallCode(code)) this.#call(batch, row, code);
      else if (code === observations.mapsObserved) this.#observe(batch, row);
    }
  }

  /** In the order of their first call. */
  classes(): SiteClass[] {
    const { sites } = this.#options;
    return [...this.#classes.values()].map(({ siteNumber, ...rest }) => ({
      ...rest,
      site: sites.name(siteNumber),
    }));
  }

  #call(batch: EventBatch, row: number, code: number): void {
    const growth = this.#classifier.classify(batch, row);
    const argument = sizeArgument[code];
    const bytes = argument === undefined ? (growth?.bytes ?? 0) : batch.args[argument]![row]!;
    const found = this.#classOf(batch, row, code, this.#sizeClass(bytes));
    found.count += 1;
    found.nanos += Math.max(0, batch.duration[row]!);
    if (errnoAt(batch, row) !== 0) found.failed += 1;
    if (growth !== undefined && growing.has(growth.outcome)) {
      found.outcomes.push(growth.outcome);
      found.outcomeSeqs.push(batch.firstSeq + row);
    }
  }

  /** 0 for no size, else 1 + log2 of the pages, rounded down. */
  #sizeClass(bytes: number): number {
    if (!(bytes > 0)) return 0;
    return 1 + Math.floor(Math.log2(Math.ceil(bytes / this.#pageBytes)));
  }

  #classOf(batch: EventBatch, row: number, code: number, sizeClass: number): OpenClass {
    const site = this.#options.sites.siteOf(batch, row);
    const program = this.#programNumber(batch.process[row]!);
    const key = ((program * 2 ** 24 + site) * 64 + code) * 64 + sizeClass;
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const made: OpenClass = {
      program: this.#programs[program]!,
      call: kindOf(code) ?? `kind ${code}`,
      siteNumber: site,
      sizeClassBytes: sizeClass === 0 ? 0 : this.#pageBytes * 2 ** (sizeClass - 1),
      count: 0,
      failed: 0,
      nanos: 0,
      firstSeq: batch.firstSeq + row,
      outcomes: [],
      outcomeSeqs: [],
    };
    this.#classes.set(key, made);
    return made;
  }

  #programNumber(process: number): number {
    const known = this.#programOfProcess[process];
    if (known !== undefined) return known;
    const name = this.#options.programOf(process);
    const at = this.#programs.indexOf(name);
    const number = at >= 0 ? at : this.#programs.push(name) - 1;
    this.#programOfProcess[process] = number;
    return number;
  }

  /** Calls alone do not show a process's break before its first brk; its first maps text does. */
  #observe(batch: EventBatch, row: number): void {
    const process = batch.process[row]!;
    if (this.#classifier.breakOf(process) !== undefined) return;
    const end = this.#options.heapEnd?.(batch.args[0]![row]!);
    if (end !== undefined) this.#classifier.setBreak(process, end);
  }
}

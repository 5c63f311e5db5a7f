/** The state of an address space, without the calls that change it. */

import type { MapsLine } from "../regions/proc-maps.ts";
import { RegionMap } from "../regions/region-map.ts";
import { Totals } from "../regions/totals.ts";
import { defaultFeatures, type KernelFeatures } from "./features.ts";
import { FileTable } from "./files.ts";
import type { LineageListener } from "./lineage.ts";
import { ReportList } from "./reports.ts";

export interface SpaceOptions {
  readonly files?: FileTable;
  readonly features?: KernelFeatures;
  readonly lineage?: LineageListener;
  /** Memory of the tool, [start, end): not part of the space, and skipped in comparisons. */
  readonly toolRanges?: readonly (readonly [number, number])[];
}

export class SpaceState {
  readonly files: FileTable;
  readonly features: KernelFeatures;
  readonly toolRanges: readonly (readonly [number, number])[];
  readonly reports = new ReportList();
  lineage: LineageListener | undefined;
  map = new RegionMap();
  totals = new Totals();
  /** The event being applied. */
  seq = 0;
  /** Calls applied since the space was made, or copied. */
  applied = 0;
  /** The next mapping's number, from 1. Numbers are per space: a forked child continues from its parent's. */
  nextMapping = 1;
  /** Lowest address of the heap, or -1 while it is not known. */
  heapStart = -1;
  /** The program break as the kernel last gave it, or -1 while it is not known. */
  brk = -1;
  /** Bytes of System V segments by backing, for shmdt. */
  readonly segments = new Map<number, number>();
  /** Inodes of nameless shared objects by backing, learned from maps texts. */
  readonly objects = new Map<number, string>();
  /** Lines above the addresses of user space: [vsyscall]. No call changes them. */
  outside: readonly MapsLine[] = [];
  /** Rings that io_setup mapped, whose addresses are not in the event. */
  unplacedRings = 0;

  constructor(options: SpaceOptions = {}) {
    this.files = options.files ?? new FileTable();
    this.features = options.features ?? defaultFeatures;
    this.lineage = options.lineage;
    this.toolRanges = options.toolRanges ?? [];
  }

  report(
    kind: "contradiction" | "unknown",
    call: string,
    reason: string,
    start: number,
    end: number,
  ): void {
    this.reports.add({ seq: this.seq, kind, call, reason, start, end });
  }

  isTool(start: number, end: number): boolean {
    return this.toolRanges.some(([from, to]) => start >= from && end <= to);
  }
}

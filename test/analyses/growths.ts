/** What the tests of the analyses of growth share: calls as rows of a recording, and logs by hand. */
import type { Facts } from "../../src/analyses/facts.ts";
import { type GrowthOutcome, growthOutcomes } from "../../src/analyses/recorders/growth.ts";
import { GrowthLog, outcomeCodes } from "../../src/analyses/recorders/growth-log.ts";
import { GrowthRecorder } from "../../src/analyses/recorders/growth-recorder.ts";
import { AnalysisPass } from "../../src/analyses/recorders/pass.ts";
import type { SiteNames } from "../../src/analyses/recorders/sites.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { FileTable } from "../../src/space/state/files.ts";
import { at, page } from "../app/replay-sample.ts";
import { batchOf, type EventRow } from "../store/batches.ts";

/** Where the heap of the maps text `heap` begins; it has two pages. */
export const heapStart = 0x5555_0000_0000;

/** Where calls of the site with this number return to. */
export function returnTo(site: number): number {
  return site * 0x1000;
}

/** Site n is the n-th name. */
export function namedSites(...names: string[]): SiteNames {
  return {
    siteOf: (batch, row) => batch.returnAddress[row]! / 0x1000,
    name: (site) => names[site - 1] ?? `no name for site ${site}`,
  };
}

interface Remap {
  readonly process?: number;
  /** Addresses in pages from `base`, lengths in pages. */
  readonly from: number;
  readonly old: number;
  readonly now: number;
  /** Where it lies then; absent where the call failed. */
  readonly to?: number;
  readonly errno?: number;
  /** MREMAP_MAYMOVE 1, MREMAP_FIXED 2, MREMAP_DONTUNMAP 4. */
  readonly how?: number;
}

/** An mremap with MREMAP_MAYMOVE unless `how` says otherwise. */
export function remap(call: Remap, more: Partial<EventRow> = {}): EventRow {
  const { process = 1, from, old, now, to = from, errno, how = 1 } = call;
  const args = [at(from), old * page, now * page, how, how & 2 ? at(to) : 0];
  const result = errno === undefined ? at(to) : -errno;
  return { kind: kindCodes.mremap, process, args, result, ...more };
}

/** A brk to so many pages of heap; `got` is where the kernel says the break is then. */
export function brk(pages: number, got = pages, more: Partial<EventRow> = {}): EventRow {
  const result = heapStart + got * page;
  return { kind: kindCodes.brk, args: [heapStart + pages * page], result, ...more };
}

export function protect(
  from: number,
  pages: number,
  prot: number,
  more: Partial<EventRow> = {},
): EventRow {
  return { kind: kindCodes.mprotect, args: [at(from), pages * page, prot], ...more };
}

/** One row of a GrowthLog; what is left out is 1, or 0 where that means none. */
export interface GrowthRow {
  readonly outcome: GrowthOutcome | "gone";
  readonly seq?: number;
  readonly process?: number;
  readonly tid?: number;
  readonly site?: number;
  /** Lineage n is mapping 10 + n of its process. */
  readonly lineage?: number;
  readonly isBrk?: boolean;
  readonly oldPages?: number;
  readonly newPages?: number;
  readonly nanos?: number;
}

export interface GrowthsOptions {
  readonly sites?: SiteNames;
  /** Rows that the log keeps. */
  readonly capacity?: number;
}

export interface Growths {
  readonly pass: AnalysisPass;
  readonly facts: Facts;
  readonly growth: GrowthRecorder;
}

/** What an analysis of growth is given when these rows were recorded, as events 1, 2, 3 ... */
export function growthsOf(rows: readonly GrowthRow[], options: GrowthsOptions = {}): Growths {
  const { sites, capacity } = options;
  const pass = new AnalysisPass({
    pageBytes: page,
    files: new FileTable(),
    ...(sites && { sites }),
  });
  const growth = pass.recorderOf(GrowthRecorder);
  if (capacity !== undefined) Object.assign(growth, { log: new GrowthLog(16, capacity) });
  growth.lineageMapping = Uint32Array.from({ length: rows.length + 65 }, (_, i) => 10 + i);
  growth.lineageProcess = new Uint32Array(rows.length + 65);
  rows.forEach((row, i) => {
    addRow(growth, row, i + 1);
  });
  const processes = new Map([
    [1, { pid: 4121, program: "grow" }],
    [2, { pid: 4122, program: "other" }],
  ]);
  const facts: Facts = {
    processes,
    maxMapCount: undefined,
    pageBytes: page,
    files: pass.files,
    sites: pass.sites,
    knownTrack: (process) => pass.knownTrack(process),
  };
  return { pass, facts, growth };
}

function addRow(growth: GrowthRecorder, row: GrowthRow, number: number): void {
  const { outcome, seq = number, process = 1, tid = 4121, site = 0, lineage = 1 } = row;
  const { oldPages = 1, newPages = 2, nanos = 500, isBrk = false } = row;
  const { log } = growth;
  log.lineages = Math.max(log.lineages, lineage);
  if (outcome === "gone") {
    log.end(seq, lineage);
    return;
  }
  const kind = isBrk ? kindCodes.brk : kindCodes.mremap;
  const batch = batchOf([{ kind, process, tid, duration: nanos }]);
  const sizes = { oldBytes: oldPages * page, newBytes: newPages * page };
  growth.lineageProcess[lineage] = process;
  log.add(batch, 0, { seq, site }, sizes, outcomeCodes[outcome], lineage);
}

/** The counts of a group by outcome: those that are left out are 0. */
export function outcomesOf(
  counts: Partial<Record<GrowthOutcome, number>>,
): Record<GrowthOutcome, number> {
  const entries = growthOutcomes.map((outcome) => [outcome, counts[outcome] ?? 0]);
  return Object.fromEntries(entries) as Record<GrowthOutcome, number>;
}

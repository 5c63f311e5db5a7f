/** What every analysis can use besides its recorders: names, and facts of the recording. */
import type { FileTable } from "../space/state/files.ts";
import type { GrowthRecorder } from "./recorders/growth-recorder.ts";
import type { SiteIds } from "./recorders/site-ids.ts";
import type { MappingTrack } from "./recorders/track.ts";

export interface ProcessName {
  readonly pid: number;
  /** Base name of the program. */
  readonly program: string;
}

/** What is known of a recording apart from its events. */
export interface KnownFacts {
  readonly processes: ReadonlyMap<number, ProcessName>;
  /** vm.max_map_count of the recorded machine; undefined if it was not recorded. */
  readonly maxMapCount: number | undefined;
}

export interface Facts extends KnownFacts {
  readonly pageBytes: number;
  readonly files: FileTable;
  readonly sites: SiteIds;
  /** Undefined if the process's mappings were never known. */
  knownTrack(process: number): MappingTrack | undefined;
}

/** DEFAULT_MAX_MAP_COUNT in include/linux/mm.h: USHRT_MAX - 5. */
const defaultMapLimit = 65_530;

/** vm.max_map_count: the recorded machine's own, else the kernel's default. */
export function mapLimit({ maxMapCount }: KnownFacts): number {
  return maxMapCount ?? defaultMapLimit;
}

/** `4121 python3` */
export function processName({ processes }: KnownFacts, process: number): string {
  const known = processes.get(process);
  return known === undefined ? `process ${process}` : `${known.pid} ${known.program}`;
}

/** `#12 of 4121 python3` */
export function lineageName(facts: Facts, growth: GrowthRecorder, lineage: number): string {
  if (lineage === 0) return "mappings that are not known";
  const { lineageMapping, lineageProcess } = growth;
  return `#${lineageMapping[lineage]} of ${processName(facts, lineageProcess[lineage]!)}`;
}

/** The top rows of a ranking, and how many more there are. */
export interface Ranked<Row> {
  readonly rows: readonly Row[];
  /** Rows left out, all of lower rank. */
  readonly more: number;
}

/** Rows that a result has of each ranking: as many as readers look at; scripts need no more. */
const mostRanked = 20;

export function ranked<Row>(
  rows: readonly Row[],
  weight: (row: Row) => number,
  most = mostRanked,
): Ranked<Row> {
  // Sorting is stable, so rows of equal weight stay in the order of their first event.
  const sorted = [...rows].sort((a, b) => weight(b) - weight(a));
  return { rows: sorted.slice(0, most), more: Math.max(0, sorted.length - most) };
}

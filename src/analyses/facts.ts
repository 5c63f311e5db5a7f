/** What an analysis makes its result from: the pass, and what is known of the recording beside its events. */
import type { AnalysisPass } from "./pass.ts";

export interface ProcessName {
  readonly pid: number;
  /** Base name of the program. */
  readonly program: string;
}

export interface Facts {
  readonly pass: AnalysisPass;
  readonly pageBytes: number;
  readonly processes: ReadonlyMap<number, ProcessName>;
  /** vm.max_map_count of the recorded machine; undefined where it was not recorded. */
  readonly maxMapCount: number | undefined;
}

/** `4121 python3` */
export function processName({ processes }: Facts, process: number): string {
  const known = processes.get(process);
  return known === undefined ? `process ${process}` : `${known.pid} ${known.program}`;
}

/** The first of what there is, and how many more there are. */
export interface Ranked<Row> {
  readonly rows: readonly Row[];
  /** Rows that are left out: the lowest in rank. */
  readonly more: number;
}

/** Rows that a result carries of each ranking: what people read, and scripts need no more. */
const mostRanked = 20;

export function ranked<Row>(
  rows: readonly Row[],
  weight: (row: Row) => number,
  most = mostRanked,
): Ranked<Row> {
  // Sorting is stable, so equals stay in the order of their first event.
  const sorted = [...rows].sort((a, b) => weight(b) - weight(a));
  return { rows: sorted.slice(0, most), more: Math.max(0, sorted.length - most) };
}

/**
 * Picks the processes whose series are shown: a recording may have thousands, readers look at few.
 */
import { baseName } from "../base/program.ts";
import type { Facts } from "./facts.ts";
import type { Portion } from "./recorders/peaks.ts";
import type { ProcessHistory, SpaceHistory } from "./recorders/space-history.ts";

const mostSeries = 4;

export interface NamedPortion {
  readonly name: string;
  readonly bytes: number;
  readonly regions: number;
}

const mostPortions = 12;

/** The processes with the highest values, in descending order, and the number of the others. */
export function largest(
  history: SpaceHistory,
  heightOf: (one: ProcessHistory) => number,
): { readonly chosen: readonly ProcessHistory[]; readonly more: number } {
  const all = history.histories();
  all.sort((a, b) => heightOf(b) - heightOf(a));
  return { chosen: all.slice(0, mostSeries), more: Math.max(0, all.length - mostSeries) };
}

/** The heaviest portions by name, at most twelve; the last one then sums up the others. */
export function namedPortions(
  { files, sites }: Facts,
  portions: readonly Portion[],
  weightOf: (portion: NamedPortion) => number,
): NamedPortion[] {
  const named = portions.map(({ what, id, bytes, regions }): NamedPortion => {
    const path = what === "file" ? (files.get(id)?.path ?? "files") : "";
    const name = what === "file" ? baseName(path) : what === "site" ? siteName(sites, id) : what;
    return { name, bytes, regions };
  });
  named.sort((a, b) => weightOf(b) - weightOf(a));
  if (named.length <= mostPortions) return named;
  const rest = named.splice(mostPortions - 1);
  const sum = (read: (portion: NamedPortion) => number): number =>
    rest.reduce((total, portion) => total + read(portion), 0);
  named.push({
    name: `${rest.length} others`,
    bytes: sum(({ bytes }) => bytes),
    regions: sum(({ regions }) => regions),
  });
  return named;
}

/** Site 0 also holds what was mapped before the recording began. */
function siteName(sites: Facts["sites"], site: number): string {
  return site === 0 ? "anonymous memory of unknown origin" : sites.name(site);
}

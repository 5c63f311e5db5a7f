/** The processes that a series is shown of: a recording may have thousands, and a reader looks at few. */
import type { Facts } from "./facts.ts";
import type { ProcessParts } from "./pass.ts";
import type { Portion } from "./recorders/peaks.ts";

const mostSeries = 4;

export interface NamedPortion {
  readonly name: string;
  readonly bytes: number;
  readonly regions: number;
}

const mostPortions = 12;

/** The processes with the highest values, the highest first, and how many others there are. */
export function largest(
  facts: Facts,
  heightOf: (parts: ProcessParts) => number,
): { readonly chosen: readonly ProcessParts[]; readonly more: number } {
  const all = facts.pass.parts.filter(
    (parts): parts is ProcessParts => parts !== undefined && parts.series.count > 0,
  );
  all.sort((a, b) => heightOf(b) - heightOf(a));
  return { chosen: all.slice(0, mostSeries), more: Math.max(0, all.length - mostSeries) };
}

/** The heaviest portions by name; the last of at most twelve sums up the others. */
export function namedPortions(
  { pass }: Facts,
  portions: readonly Portion[],
  weightOf: (portion: NamedPortion) => number,
): NamedPortion[] {
  const named = portions.map(({ what, id, bytes, regions }): NamedPortion => {
    const path = what === "file" ? (pass.files.get(id)?.path ?? "files") : "";
    const name =
      what === "file"
        ? path.slice(path.lastIndexOf("/") + 1)
        : what === "site"
          ? siteName(pass, id)
          : what;
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

/** Site 0 holds what was there before its recording began as well. */
function siteName({ sites }: Facts["pass"], site: number): string {
  return site === 0 ? "anonymous memory of unknown origin" : sites.name(site);
}

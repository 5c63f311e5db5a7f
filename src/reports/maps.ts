/** `maptrail maps` as text: changes between two moments; regions with their age and lineage. */

import { alignColumns } from "../base/columns.ts";
import { printable } from "../base/printable.ts";
import type { Style } from "../base/style.ts";
import { formatAddress, formatBytes, formatCount } from "../base/units.ts";

export interface MapsChange {
  readonly sign: "-" | "+";
  /** In the format of /proc/PID/maps. */
  readonly line: string;
}

export interface MapsDiff {
  /** Events. */
  readonly from: number;
  readonly to: number;
  readonly changes: readonly MapsChange[];
}

/** A range that a mapping had, and the call by which it got it. */
export interface HeldRange {
  readonly start: number;
  readonly end: number;
  /** Event; 0 predates the recording. */
  readonly from: number;
  readonly gain: string;
  readonly by: string | null;
}

export interface RegionStory {
  readonly line: string;
  readonly mapping: number;
  /** Event of its mapping's birth; 0 predates the recording. */
  readonly bornSeq: number;
  readonly bornBy: string | null;
  /** Event of the first maps text that shows it; null if its birth is known. */
  readonly foundSeq: number | null;
  readonly ageNanos: number | null;
  readonly ranges: readonly HeldRange[];
}

/** Lines without a closing newline; `-` marks what was removed, `+` what was added. */
export function diffText({ from, to, changes }: MapsDiff, style: Style): string {
  if (changes.length === 0) return style.paint("quiet", `nothing changed from @${from} to @${to}`);
  const head = style.paint("quiet", `from @${from} to @${to}`);
  const lines = changes.map(({ sign, line }) =>
    style.paint(sign === "-" ? "bad" : "good", `${sign} ${printable(line.trimEnd())}`),
  );
  return [head, ...lines].join("\n");
}

const mostRanges = 12;

/** A line a region, with its mapping and age before it; on request, its past ranges below. */
export function agedText(
  stories: readonly RegionStory[],
  { lineage }: { readonly lineage: boolean },
  style: Style,
): string {
  const rows = stories.map(({ line, mapping, bornSeq, bornBy, foundSeq, ageNanos }) => [
    `#${mapping}`,
    ageNanos === null ? "" : style.duration(ageNanos),
    bornText(bornSeq, bornBy, foundSeq),
    printable(line.trimEnd()),
  ]);
  const header = ["mapping", "age", "born", "maps"].map((text) => style.paint("quiet", text));
  const right = { align: "right" } as const;
  const [head, ...lines] = alignColumns([header, ...rows], [right, right, {}, {}]);
  if (!lineage) return [head, ...lines].join("\n");
  const withRanges = lines.flatMap((line, i) => [line, ...rangeLines(stories[i], style)]);
  return [head, ...withRanges].join("\n");
}

function bornText(seq: number, by: string | null, foundSeq: number | null): string {
  if (seq > 0) return `@${seq} ${by ?? ""}`.trimEnd();
  return foundSeq === null ? "before" : `seen @${foundSeq}`;
}

function rangeLines(story: RegionStory | undefined, style: Style): string[] {
  const ranges = story?.ranges ?? [];
  if (ranges.length < 2) return [];
  const shown = ranges.slice(-mostRanges);
  const rows = shown.map(({ start, end, from, gain, by }) => [
    "        ",
    gain,
    `${formatAddress(start)} + ${formatBytes(end - start)}`,
    from === 0 ? "" : `@${from} ${by ?? ""}`.trimEnd(),
  ]);
  const hidden = ranges.length - shown.length;
  const earlier = hidden > 0 ? [`          ${formatCount(hidden)} earlier`] : [];
  return [...earlier, ...alignColumns(rows, [{}, {}, {}, {}])].map((line) =>
    style.paint("quiet", line),
  );
}

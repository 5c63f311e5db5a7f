/** The sentence that every format of a report begins with: what growths did, and what stood in their way. */

import type { BlockerKind } from "../analyses/blocker-log.ts";
import type { BlockersData } from "../analyses/blockers.ts";
import type { Style } from "../base/style.ts";
import type { ReportResult } from "./report.ts";
import { type FirstBlocker, growthSentence } from "./sentence.ts";

/** Below this share of the moves, what blocked them is not the answer to why. */
const leastShare = 0.1;

/** `430 of 512 growths moved (84 %), 412 of them blocked by thread stacks; 3.1 ms in mremap` */
export function reportSentence({ stats, analyses }: ReportResult, style: Style): string {
  const data = blockersOf(analyses);
  const first = data && firstBlocker(data);
  const isTold = first !== undefined && first.moves >= (data?.moves ?? 0) * leastShare;
  return growthSentence(stats, style, isTold ? first : undefined);
}

const nouns: Readonly<Record<BlockerKind, string>> = {
  nothing: "nothing that a recording shows",
  "rest of the same mapping": "the rest of the mapping itself",
  "thread stack": "thread stacks",
  "malloc arena": "malloc's arenas",
  library: "libraries",
  file: "mapped files",
  "buffer of the same site": "other buffers of the same place",
  guard: "guard pages",
  reservation: "reserved ranges",
  heap: "the heap",
  "main stack": "the main stack",
  kernel: "the kernel's own pages",
  "shared memory": "shared memory",
  anonymous: "other anonymous mappings",
  recorder: "maptrail's own memory",
};

/** Kinds of which a single one is better told by its name: `libz.so.1`. */
const named: readonly BlockerKind[] = ["library", "file", "kernel"];

/** What stood in the way most often: a kind of thing, where every one of them is listed. */
function firstBlocker({ groups }: BlockersData): FirstBlocker | undefined {
  if (groups.more > 0) return groups.rows.find(({ moves }) => moves > 0);
  const byKind = new Map<BlockerKind, { moves: number; groups: number; name: string }>();
  for (const { kind, moves, name } of groups.rows) {
    const known = byKind.get(kind) ?? { moves: 0, groups: 0, name };
    byKind.set(kind, { ...known, moves: known.moves + moves, groups: known.groups + 1 });
  }
  const [first] = [...byKind].sort(([, a], [, b]) => b.moves - a.moves);
  if (first === undefined || first[1].moves === 0) return undefined;
  const [kind, { moves, groups: count, name }] = first;
  return { moves, name: count === 1 && named.includes(kind) ? name : nouns[kind] };
}

/** Undefined when the analysis was not made, or failed. */
export function blockersOf(analyses: ReportResult["analyses"]): BlockersData | undefined {
  const found = analyses.find(({ id, failure }) => id === "blockers" && failure === undefined);
  return found?.data as BlockersData | undefined;
}

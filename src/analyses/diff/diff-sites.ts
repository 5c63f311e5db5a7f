/** Sites of two recordings side by side: new, gone, or changed in what they did. */

import { keyText, type SiteKey } from "./match-sites.ts";
import type { SiteClass } from "./site-fold.ts";

export interface SiteFigures {
  readonly count: number;
  readonly failed: number;
  readonly nanos: number;
  readonly growths: number;
  readonly moved: number;
  readonly refused: number;
  /** The event of its first call. */
  readonly firstSeq: number;
}

export interface SiteChange extends SiteKey {
  /**
   * changed: the number of calls, failures, growths, moves or refusals differs; time alone is no
   * change.
   */
  readonly status: "new" | "gone" | "changed" | "same";
  readonly a: SiteFigures | null;
  readonly b: SiteFigures | null;
}

/**
 * New and gone sites first, then the changed ones by the change in moves, then by that in calls.
 */
export function compareSites(a: readonly SiteClass[], b: readonly SiteClass[]): SiteChange[] {
  const sitesA = gather(a);
  const sitesB = gather(b);
  const changes: SiteChange[] = [];
  for (const [text, { key, figures }] of sitesA) {
    const other = sitesB.get(text)?.figures ?? null;
    changes.push({ ...key, status: statusOf(figures, other), a: figures, b: other });
  }
  for (const [text, { key, figures }] of sitesB) {
    if (!sitesA.has(text)) changes.push({ ...key, status: "new", a: null, b: figures });
  }
  return changes.sort((x, y) => rank(x) - rank(y) || weight(y) - weight(x) || order(x, y));
}

interface Gathered {
  readonly key: SiteKey;
  figures: SiteFigures;
}

function gather(classes: readonly SiteClass[]): Map<string, Gathered> {
  const sites = new Map<string, Gathered>();
  for (const one of classes) {
    const { program, call, site } = one;
    const text = keyText(one);
    const before = sites.get(text);
    if (before === undefined)
      sites.set(text, { key: { program, call, site }, figures: figuresOf(one) });
    else before.figures = add(before.figures, figuresOf(one));
  }
  return sites;
}

function figuresOf({ count, failed, nanos, outcomes, firstSeq }: SiteClass): SiteFigures {
  const moved = outcomes.filter((outcome) => outcome === "moved").length;
  const refused = outcomes.filter((outcome) => outcome === "refused").length;
  return { count, failed, nanos, growths: outcomes.length, moved, refused, firstSeq };
}

function add(x: SiteFigures, y: SiteFigures): SiteFigures {
  return {
    count: x.count + y.count,
    failed: x.failed + y.failed,
    nanos: x.nanos + y.nanos,
    growths: x.growths + y.growths,
    moved: x.moved + y.moved,
    refused: x.refused + y.refused,
    firstSeq: Math.min(x.firstSeq, y.firstSeq),
  };
}

const counted = ["count", "failed", "growths", "moved", "refused"] as const;

function statusOf(a: SiteFigures, b: SiteFigures | null): SiteChange["status"] {
  if (b === null) return "gone";
  return counted.every((key) => a[key] === b[key]) ? "same" : "changed";
}

const ranks = { new: 0, gone: 1, changed: 2, same: 3 } as const;

function rank({ status }: SiteChange): number {
  return ranks[status];
}

/** One move outweighs any difference in the number of calls that a site is likely to make. */
function weight({ a, b }: SiteChange): number {
  const of = (key: "count" | "moved"): number => Math.abs((b?.[key] ?? 0) - (a?.[key] ?? 0));
  return of("moved") * 1e6 + of("count");
}

function order(x: SiteChange, y: SiteChange): number {
  const [first, second] = [keyText(x), keyText(y)];
  return first < second ? -1 : first > second ? 1 : 0;
}

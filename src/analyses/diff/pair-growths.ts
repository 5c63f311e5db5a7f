/**
 * Pairs growths: the n-th growth of a site and size class in A is compared with the n-th in B. This
 * is inference: it is less reliable for runs that differ in number or order. Growths without a
 * partner are counted.
 */

import { type GrowthOutcome, growthOutcomes } from "../recorders/growth.ts";
import { keyText, type SiteKey } from "./match-sites.ts";
import type { SiteClass } from "./site-fold.ts";

/** The differing outcomes of a growth in A and of its partner in B. */
export interface Turn {
  readonly from: GrowthOutcome;
  readonly to: GrowthOutcome;
  readonly count: number;
  /** The events of the first such pair. */
  readonly firstSeqA: number;
  readonly firstSeqB: number;
}

export interface GrowthPairs extends SiteKey {
  readonly sizeClassBytes: number;
  readonly pairs: number;
  /** Pairs with the same outcome. */
  readonly same: number;
  readonly onlyA: number;
  readonly onlyB: number;
  /** Pairs whose outcome differs, the most frequent first. */
  readonly turns: readonly Turn[];
}

/** One row for each site and size class with growths, those with the most turns first. */
export function pairGrowths(a: readonly SiteClass[], b: readonly SiteClass[]): GrowthPairs[] {
  const classesA = byClass(a);
  const classesB = byClass(b);
  const rows = [...new Set([...classesA.keys(), ...classesB.keys()])].map((text) =>
    pairClass(classesA.get(text), classesB.get(text)),
  );
  return rows
    .filter(({ pairs, onlyA, onlyB }) => pairs + onlyA + onlyB > 0)
    .sort((x, y) => differing(y) - differing(x) || y.onlyA + y.onlyB - (x.onlyA + x.onlyB));
}

function differing({ pairs, same }: GrowthPairs): number {
  return pairs - same;
}

function byClass(classes: readonly SiteClass[]): Map<string, SiteClass> {
  return new Map(classes.map((one) => [`${one.sizeClassBytes} ${keyText(one)}`, one]));
}

function pairClass(a: SiteClass | undefined, b: SiteClass | undefined): GrowthPairs {
  const { program, call, site, sizeClassBytes } = (a ?? b)!;
  const [lengthA, lengthB] = [a?.outcomes.length ?? 0, b?.outcomes.length ?? 0];
  const pairs = Math.min(lengthA, lengthB);
  const turns = a === undefined || b === undefined ? [] : turnsOf(a, b, pairs);
  const turned = turns.reduce((sum, { count }) => sum + count, 0);
  return {
    ...{ program, call, site, sizeClassBytes, pairs },
    same: pairs - turned,
    onlyA: lengthA - pairs,
    onlyB: lengthB - pairs,
    turns,
  };
}

function turnsOf(a: SiteClass, b: SiteClass, pairs: number): Turn[] {
  const found = new Map<number, { count: number; first: number }>();
  const codeOf = (outcome: GrowthOutcome): number => growthOutcomes.indexOf(outcome);
  for (let i = 0; i < pairs; i += 1) {
    const [from, to] = [a.outcomes[i]!, b.outcomes[i]!];
    if (from === to) continue;
    const code = codeOf(from) * growthOutcomes.length + codeOf(to);
    const turn = found.get(code);
    if (turn === undefined) found.set(code, { count: 1, first: i });
    else turn.count += 1;
  }
  return [...found]
    .map(([code, { count, first }]) => ({
      from: growthOutcomes[Math.floor(code / growthOutcomes.length)]!,
      to: growthOutcomes[code % growthOutcomes.length]!,
      count,
      firstSeqA: a.outcomeSeqs[first]!,
      firstSeqB: b.outcomeSeqs[first]!,
    }))
    .sort((x, y) => y.count - x.count);
}

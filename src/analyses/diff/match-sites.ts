/** Matches the sites of two recordings by name, since addresses change from run to run. */

import type { SiteClass } from "./site-fold.ts";

/** A site and what it calls: identifies a row of a diff's table of sites. */
export interface SiteKey {
  readonly program: string;
  readonly call: string;
  readonly site: string;
}

export function keyText({ program, call, site }: SiteKey): string {
  return JSON.stringify([program, call, site]);
}

/** `list_resize (listobject.c:76)`, split into code and line. */
interface Place extends SiteKey {
  /** The name without its line. */
  readonly code: string;
  readonly line: number;
}

function placeOf(key: SiteKey): Place | undefined {
  const match = /^(.*):(\d+)\)$/s.exec(key.site);
  return match === null ? undefined : { ...key, code: match[1]!, line: Number(match[2]) };
}

/**
 * Maps sites of A to their name in B where it differs. An edit shifts the lines below it, so within
 * one function of one file all lines are taken to have shifted by the distance that fits most
 * calls. If the remainders have equally many sites of a call, these are paired in line order. This
 * is inference: what cannot be paired counts as gone and new. A site of A that is gone, but whose
 * name another site has in B, gets a name of its own.
 */
export function renamedSites(
  a: readonly SiteClass[],
  b: readonly SiteClass[],
): ReadonlyMap<string, string> {
  const [inA, inB] = [distinct(a), distinct(b)];
  const placesB = byCode([...inB.values()]);
  const renamed = new Map<string, string>();
  for (const [code, places] of byCode([...inA.values()])) {
    const pairs = new Map(pairPlaces(places, placesB.get(code) ?? []));
    for (const from of places) {
      const to = pairs.get(from);
      if (to !== undefined && to.site !== from.site) renamed.set(keyText(from), to.site);
      if (to === undefined && inB.has(keyText(from))) {
        renamed.set(keyText(from), `${from.code}:${from.line} in A)`);
      }
    }
  }
  return renamed;
}

function distinct(classes: readonly SiteClass[]): Map<string, SiteKey> {
  return new Map(classes.map((one) => [keyText(one), one]));
}

/**
 * By program and function; sites without a line can only match by their full name, so are left out.
 */
function byCode(keys: readonly SiteKey[]): Map<string, Place[]> {
  const places = keys.map(placeOf).filter((place) => place !== undefined);
  return groupBy(places, ({ program, code }) => JSON.stringify([program, code]));
}

function groupBy<Value>(
  values: readonly Value[],
  key: (value: Value) => string,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const text = key(value);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [value]);
    else group.push(value);
  }
  return groups;
}

type Pair = readonly [from: Place, to: Place];

function pairPlaces(a: readonly Place[], b: readonly Place[]): Pair[] {
  const shift = commonShift(a, b);
  const pairs: Pair[] = [];
  const taken = new Set<Place>();
  for (const from of a) {
    const to = b.find(({ call, line }) => call === from.call && line === from.line + shift);
    if (to === undefined) continue;
    pairs.push([from, to]);
    taken.add(from).add(to);
  }
  const rest = (places: readonly Place[]): Map<string, Place[]> =>
    groupBy(
      places.filter((place) => !taken.has(place)).toSorted((x, y) => x.line - y.line),
      ({ call }) => call,
    );
  const restB = rest(b);
  for (const [call, places] of rest(a)) {
    const others = restB.get(call) ?? [];
    if (others.length === places.length)
      pairs.push(...places.map((from, i): Pair => [from, others[i]!]));
  }
  return pairs;
}

/** The line shift that fits most calls; of several that fit equally well the smallest. */
function commonShift(a: readonly Place[], b: readonly Place[]): number {
  const votes = new Map<number, number>();
  for (const from of a) {
    for (const to of b) {
      const shift = to.line - from.line;
      if (to.call === from.call) votes.set(shift, (votes.get(shift) ?? 0) + 1);
    }
  }
  const [best] = [...votes].sort(
    ([shiftA, countA], [shiftB, countB]) =>
      countB - countA || Math.abs(shiftA) - Math.abs(shiftB) || shiftA - shiftB,
  );
  return best?.[0] ?? 0;
}

/** Which places in one recording are which in another, by name: addresses change from run to run. */

import type { SiteClass } from "./site-fold.ts";

/** A place and what it calls: the row of a diff's table of sites. */
export interface SiteKey {
  readonly program: string;
  readonly call: string;
  readonly site: string;
}

export function keyText({ program, call, site }: SiteKey): string {
  return JSON.stringify([program, call, site]);
}

/** `list_resize (listobject.c:76)` without its line, which any edit above it changes. */
function withoutLine(site: string): string {
  return site.replace(/:\d+(?=\)$)/, "");
}

/**
 * The name in B for each site of A that is not in B by the same name: the same function in the same
 * file at another line, where only one site on either side can be meant.
 */
export function renamedSites(
  a: readonly SiteClass[],
  b: readonly SiteClass[],
): ReadonlyMap<string, string> {
  const keysA = distinct(a);
  const keysB = distinct(b);
  const leftA = bySiteWithoutLine([...keysA.values()].filter((key) => !keysB.has(keyText(key))));
  const leftB = bySiteWithoutLine([...keysB.values()].filter((key) => !keysA.has(keyText(key))));
  const renamed = new Map<string, string>();
  for (const [text, keys] of leftA) {
    const others = leftB.get(text);
    if (keys.length !== 1 || others?.length !== 1) continue;
    renamed.set(keyText(keys[0]!), others[0]!.site);
  }
  return renamed;
}

function distinct(classes: readonly SiteClass[]): Map<string, SiteKey> {
  return new Map(classes.map((one) => [keyText(one), one]));
}

function bySiteWithoutLine(keys: readonly SiteKey[]): Map<string, SiteKey[]> {
  const groups = new Map<string, SiteKey[]>();
  for (const key of keys) {
    const text = keyText({ ...key, site: withoutLine(key.site) });
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [key]);
    else group.push(key);
  }
  return groups;
}

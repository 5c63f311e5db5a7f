/** Which lines of a function are which after an edit: by the shift that fits most, and else the least. */
import { expect, it } from "vitest";
import { keyText, renamedSites } from "../../../src/analyses/diff/match-sites.ts";
import type { SiteClass } from "../../../src/analyses/diff/site-fold.ts";

/** `mmap 10`: a call in line 10 of one function. */
function classOf(place: string): SiteClass {
  const [call = "", line] = place.split(" ");
  return {
    ...{ program: "grow", call, site: `f (f.c:${line})`, sizeClassBytes: 0, count: 1, failed: 0 },
    ...{ nanos: 0, firstSeq: 1, outcomes: [], outcomeSeqs: [] },
  };
}

/** `mmap 10 > 11`, by A's lines. */
function renamed(a: readonly string[], b: readonly string[]): string[] {
  const names = renamedSites(a.map(classOf), b.map(classOf));
  return a.flatMap((place) => {
    const name = names.get(keyText(classOf(place)));
    return name === undefined ? [] : [`${place} > ${/:(.*)\)$/.exec(name)?.[1]}`];
  });
}

it.each<[string, string[], string[], string[]]>([
  ["nothing of what stayed", ["mmap 10"], ["mmap 10"], []],
  ["nothing of what is nowhere", ["mmap 10"], [], []],
  [
    "the shift that fits most, though it is larger",
    ["mmap 10", "mmap 20", "mmap 30"],
    ["mmap 11", "mmap 17", "mmap 27", "mmap 37"],
    ["mmap 10 > 17", "mmap 20 > 27", "mmap 30 > 37"],
  ],
  [
    "of those that fit as well the least, and what is left in its order",
    ["mmap 10", "mmap 30", "mmap 20"],
    ["mmap 11", "mmap 33", "mmap 26"],
    ["mmap 10 > 11", "mmap 30 > 33", "mmap 20 > 26"],
  ],
  ["upwards, of two as near", ["mmap 10"], ["mmap 11", "mmap 9"], ["mmap 10 > 9"]],
  ["the nearer, though it lies below", ["mmap 10"], ["mmap 3", "mmap 12"], ["mmap 10 > 12"]],
  [
    "none of another call",
    ["mmap 10", "munmap 20"],
    ["munmap 10", "munmap 21", "mmap 15"],
    ["mmap 10 > 15", "munmap 20 > 21"],
  ],
  [
    "none where more are left on one side",
    ["mmap 10", "mmap 20", "mmap 30"],
    ["mmap 10", "mmap 25"],
    [],
  ],
  [
    "told from the one whose line it has in B, where it has no partner",
    ["mmap 10", "mmap 20", "mmap 40", "mmap 45"],
    ["mmap 20", "mmap 30", "mmap 50", "mmap 45", "mmap 90"],
    ["mmap 10 > 20", "mmap 20 > 30", "mmap 40 > 50", "mmap 45 > 45 in A"],
  ],
  [
    "each the next one's old line",
    ["mmap 10", "mmap 20", "mmap 40"],
    ["mmap 20", "mmap 30", "mmap 50"],
    ["mmap 10 > 20", "mmap 20 > 30", "mmap 40 > 50"],
  ],
])("%s", (_, a, b, expected) => {
  expect(renamed(a, b)).toEqual(expected);
});

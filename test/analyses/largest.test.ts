/** Portions by name: what each is called, and which are summed up. */
import { describe, expect, it } from "vitest";
import { namedPortions } from "../../src/analyses/largest.ts";
import { AnalysisPass } from "../../src/analyses/recorders/pass.ts";
import type { Portion } from "../../src/analyses/recorders/peaks.ts";
import { FileTable } from "../../src/space/state/files.ts";

const lib = { dev: 1, inode: "7", path: "/usr/lib/libm.so.6", deleted: false };
const files = new FileTable((id) => (id === 5 ? lib : undefined));
const names = { siteOf: () => 0, name: (site: number) => `site ${site}` };
const { sites } = new AnalysisPass({ pageBytes: 4096, files, sites: names });
const facts = {
  files,
  sites,
  pageBytes: 4096,
  processes: new Map(),
  maxMapCount: undefined,
  knownTrack: () => undefined,
};

const portion = (what: Portion["what"], id: number, bytes: number, regions = 1): Portion => {
  return { what, id, bytes, regions };
};

describe("portions", () => {
  it("are called by what they are", () => {
    const portions = [
      portion("heap", 0, 9),
      portion("main stack", 0, 8),
      portion("kernel", 0, 7),
      portion("file", files.intern(lib), 6),
      portion("file", 9999, 5),
      portion("site", 3, 4),
      portion("site", 0, 3),
    ];
    expect(namedPortions(facts, portions, ({ bytes }) => bytes).map(({ name }) => name)).toEqual([
      "heap",
      "main stack",
      "kernel",
      "libm.so.6",
      "files",
      "site 3",
      "anonymous memory of unknown origin",
    ]);
  });

  it("come in the order of what is asked for", () => {
    const portions = [
      portion("site", 1, 10, 1),
      portion("site", 2, 5, 7),
      portion("site", 3, 8, 3),
    ];
    const order = (weightOf: (one: { bytes: number; regions: number }) => number) =>
      namedPortions(facts, portions, weightOf).map(({ name }) => name);
    expect(order(({ bytes }) => bytes)).toEqual(["site 1", "site 3", "site 2"]);
    expect(order(({ regions }) => regions)).toEqual(["site 2", "site 3", "site 1"]);
  });

  it("are at most twelve, the last of which sums up the others", () => {
    const many = (count: number) =>
      namedPortions(
        facts,
        Array.from({ length: count }, (_, i) => portion("site", i + 1, 100 - i, i + 2)),
        ({ bytes }) => bytes,
      );
    expect(many(12)).toHaveLength(12);
    expect(many(12)[11]).toEqual({ name: "site 12", bytes: 89, regions: 13 });
    expect(many(14)).toHaveLength(12);
    expect(many(14)[10]).toEqual({ name: "site 11", bytes: 90, regions: 12 });
    // Sites 12, 13 and 14: 89 + 88 + 87 bytes, 13 + 14 + 15 regions.
    expect(many(14)[11]).toEqual({ name: "3 others", bytes: 264, regions: 42 });
  });
});

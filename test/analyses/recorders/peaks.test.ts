/** Peaks of a space: what it was made of then, by hand. */
import { describe, expect, it } from "vitest";
import { Peak, portionsOf } from "../../../src/analyses/recorders/peaks.ts";
import { SpaceHistory } from "../../../src/analyses/recorders/space-history.ts";
import { at, page } from "../../space/helpers.ts";
import { PassByHand } from "./pass-by-hand.ts";

const maps = `\
555500000000-555500003000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0000001000 rw-p 00000000 00:00 0 
7f0000010000-7f0000014000 r-xp 00000000 fe:00 77                         /lib/x.so
7f0000014000-7f0000016000 rw-p 00004000 fe:00 77                         /lib/x.so
7f0000020000-7f0000021000 r--p 00000000 fe:00 78                         /lib/y.so
7ffc00010000-7ffc00020000 rw-p 00000000 00:00 0                          [stack]
7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
7ffd00002000-7ffd00003000 r--p 00000000 00:00 0                          [vvar]
`;

describe("portions", () => {
  it("are what a space holds, by file, site and kind, the largest first", () => {
    const run = new PassByHand({ siteOf: (batch, row) => batch.returnAddress[row]!, name: String });
    run.begin(1, maps);
    run.map(100, 5, { returnAddress: 8 }).map(110, 2, { returnAddress: 9 });
    run.map(120, 4, { returnAddress: 8, prot: 0 });
    const { pass, spaces } = run;
    const space = spaces.get(1)!;
    const file = (place: number) => space.regionAt(at(place))!.backing;
    expect(portionsOf(space, pass.trackOf(1))).toEqual([
      { what: "main stack", id: 0, bytes: 16 * page, regions: 1 },
      { what: "site", id: 8, bytes: 9 * page, regions: 2 },
      { what: "file", id: file(16), bytes: 6 * page, regions: 2 },
      { what: "heap", id: 0, bytes: 3 * page, regions: 1 },
      { what: "kernel", id: 0, bytes: 3 * page, regions: 2 },
      { what: "site", id: 9, bytes: 2 * page, regions: 1 },
      { what: "site", id: 0, bytes: page, regions: 1 },
      { what: "file", id: file(32), bytes: page, regions: 1 },
    ]);
  });
});

describe("a peak", () => {
  it("is exact, and made of what was there at most a twentieth below it", () => {
    const run = new PassByHand();
    const { pass } = run.begin().map(0, 1);
    const space = run.spaces.get(1)!;
    const peak = new Peak();
    const seen: (readonly number[])[] = [];
    for (const [value, seq] of [
      [100, 1],
      [104, 2],
      // A twentieth above the last walk.
      [105, 3],
      [110, 4],
      [111, 5],
    ] as const) {
      peak.raise(value, space, pass.trackOf(1), seq, 10 * seq);
      seen.push([peak.value, peak.seq, peak.atNanos, peak.portionsSeq]);
    }
    expect(seen).toEqual([
      [100, 1, 10, 1],
      [104, 2, 20, 1],
      [105, 3, 30, 3],
      [110, 4, 40, 3],
      [111, 5, 50, 5],
    ]);
    expect(peak.portions).toEqual([{ what: "site", id: 0, bytes: page, regions: 1 }]);
  });
});

describe("the history of spaces", () => {
  it("has the peaks of bytes and of regions, which need not be at one time", () => {
    const run = new PassByHand();
    const history = run.pass.recorderOf(SpaceHistory);
    run.begin().map(0, 9); // 2: 9 pages, 1 region
    run.unmap(0, 5); // 3: 4 pages
    run.protect(6, 2, 1); // 4: 3 regions
    run.unmap(5, 2).end(); // 5
    run.begin(3).finish();
    const [first, second, ...rest] = history.histories();
    expect(rest).toEqual([]);
    expect([first!.track.process, second!.track.process]).toEqual([1, 3]);
    const { mapped, regions, series } = first!;
    expect([mapped.value, mapped.seq, mapped.atNanos]).toEqual([9 * page, 2, 2000]);
    expect([regions.value, regions.seq, regions.atNanos]).toEqual([3, 4, 4000]);
    expect(series.lists(["seq", "mostMappedBytes", "mostRegions"])).toEqual({
      seq: [1, 2, 3, 4, 5],
      mostMappedBytes: [0, 9, 4, 4, 2].map((pages) => pages * page),
      mostRegions: [0, 1, 1, 3, 2],
    });
    expect(second!.series.count).toBe(1);
  });
});

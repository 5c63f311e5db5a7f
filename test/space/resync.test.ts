/** A space that is corrected by the kernel's maps: what it takes from them, and what it keeps. */
import { describe, expect, it } from "vitest";
import { compareMaps, resync } from "../../src/space/compare.ts";
import { parseMaps } from "../../src/space/regions/proc-maps.ts";
import { anon, applyAll, at, base, type Call, line, page, shape, spaceOf } from "./helpers.ts";

const x = "r-xp 00002000 fe:00 77 /lib/x.so";
const xLater = "r-xp 00003000 fe:00 77 /lib/x.so";
const rw = "rw-p 00000000 00:00 0";
const ro = "r--p 00000000 00:00 0";

const pages = (address: number) => (address - base) / page;

describe("resync", () => {
  it("takes from a line what differs alone, with its offset", () => {
    const space = spaceOf(line(1, 2, xLater));
    const kept = space.regionAt(at(1))!.mapping;
    const maps = line(0, 4, x);
    resync(space, parseMaps(maps).lines);
    const found = [0, 1, 2].map((n) => space.regionAt(at(n))!);
    expect(
      found.map(({ start, end, offset }) => [pages(start), pages(end), offset / page]),
    ).toEqual([
      [0, 1, 2],
      [1, 2, 3],
      [2, 4, 4],
    ]);
    expect(found.map(({ mapping }) => mapping === kept)).toEqual([false, true, false]);
    expect(compareMaps(space, parseMaps(maps).lines).divergences).toEqual([]);
  });

  it("leaves rings that were not found to be found later", () => {
    const space = spaceOf("");
    const setup: Call = { call: "io_setup", args: [8, at(0)], result: 0 };
    applyAll(space, [setup, setup]);
    resync(space, parseMaps(line(0, 1)).lines);
    expect(space.unplacedRings).toBe(2);
    resync(
      space,
      parseMaps(line(0, 1) + line(4, 5, "rw-s 00000000 00:0e 35 /[aio] (deleted)")).lines,
    );
    expect(space.unplacedRings).toBe(1);
  });

  it("keeps the exact break where it agrees, and else has the line's end", () => {
    const heap = (to: number) => line(0, to, `${rw} [heap]`);
    const space = spaceOf(heap(2));
    applyAll(space, [{ call: "brk", args: [at(1) + 5], result: at(1) + 5 }]);
    resync(space, parseMaps(heap(2)).lines);
    expect(space.brk).toBe(at(1) + 5);
    resync(space, parseMaps(heap(3)).lines);
    expect(space.brk).toBe(at(3));
    // Maps without a heap say nothing of its end; other lines do not either.
    resync(space, parseMaps(line(0, 3) + line(8, 9)).lines);
    expect([space.brk, shape(space)]).toEqual([at(3), "0-2 rw- 2-3 rw- 8-9 rw-"]);
    // The last line of a heap in pieces.
    resync(space, parseMaps(line(0, 1, `${ro} [heap]`) + line(1, 4, `${rw} [heap]`)).lines);
    expect(space.brk).toBe(at(4));
    // A heap that ends further down than calls say.
    resync(space, parseMaps(line(0, 2, `${ro} [heap]`)).lines);
    expect([space.brk, shape(space)]).toEqual([at(2), "0-1 r-- 1-2 r--"]);
  });

  it("does not ask a tool's memory", () => {
    const space = spaceOf("", { toolRanges: [[at(0), at(2)]] });
    resync(space, parseMaps(line(0, 2) + line(4, 5)).lines);
    expect(shape(space)).toBe("4-5 rw-");
    expect(applyAll(space, [anon(at(8), 1)]).regionCount).toBe(2);
  });
});

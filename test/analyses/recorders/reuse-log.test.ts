/** The log of reuse where there is very much of it: what is kept one by one, what is followed, what is forgotten. */
import { describe, expect, it } from "vitest";
import { freedBy } from "../../../src/analyses/recorders/freed-ranges.ts";
import { ReuseLog } from "../../../src/analyses/recorders/reuse-log.ts";
import { page } from "../../space/helpers.ts";
import { PassByHand } from "./pass-by-hand.ts";

const { moved, unmapped } = freedBy;

/** The log beside a pass; what it hears of is made up, so that a hundred thousand ranges take no time. */
function logOf() {
  const { pass } = new PassByHand();
  const log = pass.recorderOf(ReuseLog);
  const track = pass.trackOf(1);
  const at = (seq: number, site = 0) => Object.assign(pass.event, { seq, atNanos: 10 * seq, site });
  return {
    log,
    free: (
      seq: number,
      place: number,
      how: "moved" | "unmapped" | "shrunk" | "ended" | "replaced",
    ) => {
      at(seq);
      log.lost(track, 1, place * page, (place + 1) * page, how);
    },
    take: (seq: number, place: number, site = 0) => {
      at(seq, site);
      log.gained(track, 2, place * page, (place + 1) * page, "mapped");
    },
  };
}

describe("reuse", () => {
  it("is kept one by one for the two hundred soonest, however late they come", () => {
    const { log, free, take } = logOf();
    // 1,000 ranges; range i is taken i + 1 events after it was left, those that wait longest first.
    for (let i = 999; i >= 0; i -= 1) {
      const seq = 10_000 * (1000 - i);
      free(seq, i, "moved");
      take(seq + i + 1, i);
    }
    const soonest = log.soonest();
    expect(soonest.map(({ afterNanos }) => afterNanos)).toEqual(
      Array.from({ length: 200 }, (_, i) => 10 * (i + 1)),
    );
    expect(soonest[3]).toEqual({
      process: 1,
      freedSeq: 9_970_000,
      takenSeq: 9_970_004,
      start: 3 * page,
      bytes: page,
      afterNanos: 40,
      takerSite: 0,
    });
    expect([log.freed[moved], log.followed[moved], log.retaken[moved]]).toEqual([1000, 1000, 1000]);
  });

  it("is kept in the same way where the soonest come first", () => {
    const { log, free, take } = logOf();
    for (let i = 0; i < 1000; i += 1) {
      free(10_000 * (i + 1), i, "moved");
      take(10_000 * (i + 1) + i + 1, i);
    }
    expect(log.soonest().map(({ afterNanos }) => afterNanos)).toEqual(
      Array.from({ length: 200 }, (_, i) => 10 * (i + 1)),
    );
  });

  it("of equal delay is in the order of events", () => {
    const { log, free, take } = logOf();
    for (const i of [5, 2, 9]) free(i, i, "moved");
    for (const i of [9, 5, 2]) take(20 + i, i);
    expect(log.soonest().map(({ takenSeq }) => takenSeq)).toEqual([22, 25, 29]);
  });

  it("is counted by the site that takes, of whatever number", () => {
    const { log, free, take } = logOf();
    for (const [i, site] of [0, 63, 64, 300, 300].entries()) {
      free(2 * i + 1, i, "moved");
      take(2 * i + 2, i, site);
    }
    const takers = [...log.takers.entries()].filter(([, ranges]) => ranges > 0);
    expect(takers).toEqual([
      [0, 1],
      [63, 1],
      [64, 1],
      [300, 2],
    ]);
  });

  it("is of what became free, and not of what was replaced or ended", () => {
    const { log, free, take } = logOf();
    free(1, 1, "replaced");
    free(2, 2, "ended");
    free(3, 3, "shrunk");
    free(4, 4, "unmapped");
    for (const i of [1, 2, 3, 4]) take(10 + i, i);
    expect([...log.freed]).toEqual([0, 0, 1, 1]);
    expect([...log.freedBytes]).toEqual([0, 0, page, page]);
    expect([...log.retaken]).toEqual([0, 0, 1, 1]);
    expect(log.soonest()).toEqual([]);
  });

  it("is looked for in every freed range of the first hundred thousand, then in one of eight", () => {
    const { log, free } = logOf();
    // Far apart in one place each, and taken at once, so that none is forgotten.
    const count = 100_000 + 80;
    for (let i = 1; i <= count; i += 1) free(i, 2 * (i % 1000), "unmapped");
    expect(log.freed[unmapped]).toBe(count);
    expect(log.followed[unmapped]).toBe(100_000 + 10);
    expect(log.freedBytes[unmapped]).toBe(count * page);
  });

  it("is of one range where the pieces of one that is not followed are left one by one", () => {
    const { log, free, take } = logOf();
    for (let i = 1; i <= 100_000; i += 1) free(i, 2 * (i % 1000), "unmapped");
    // The next one is no eighth, so it is passed over, with all its pieces.
    for (const place of [5001, 5002, 5003]) free(200_000, place, "unmapped");
    expect([log.freed[unmapped], log.followed[unmapped]]).toEqual([100_001, 100_000]);
    take(200_001, 5002);
    expect(log.retaken[unmapped]).toBe(0);
  });

  it("takes no time where the clock went back", () => {
    const { log, free, take } = logOf();
    free(20, 1, "moved");
    take(10, 1);
    expect(log.soonest()).toMatchObject([{ freedSeq: 20, takenSeq: 10, afterNanos: 0 }]);
    expect(log.delays[moved]!.most).toBe(0);
  });

  it("says how many ranges were forgotten, of all processes", () => {
    const { log, free } = logOf();
    expect(log.forgotten).toBe(0);
    // One more than are kept: the older half goes, and the one in the middle.
    for (let i = 0; i <= 16_384; i += 1) free(i + 1, 2 * i, "unmapped");
    expect(log.forgotten).toBe(8193);
  });
});

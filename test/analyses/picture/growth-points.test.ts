/** Growths as points: which there are, what each says, and which go when there are too many. */
import { describe, expect, it } from "vitest";
import { GrowthPointsFold } from "../../../src/analyses/picture/growth-points.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { at, page } from "../../space/helpers.ts";
import { batchOf, type EventRow } from "../../store/batches.ts";

const mremap = (old: number, now: number, to: number, more: Partial<EventRow> = {}): EventRow => ({
  kind: kindCodes.mremap,
  args: [at(0), old * page, now * page, 1, 0],
  result: to < 0 ? to : at(to),
  duration: 70,
  ...more,
});
const heap = 0x5555_0000_0000;
const brk = (end: number, result = end): EventRow => ({
  kind: kindCodes.brk,
  args: [end],
  result,
  process: 2,
});

describe("growth points", () => {
  it("are the growths that asked for more, granted or not", () => {
    const fold = new GrowthPointsFold({ pageBytes: page });
    fold.feed(
      batchOf([
        mremap(1, 3, 0, { at: 5, process: 7, duration: -1 }),
        mremap(1, 4, 50, { at: 6 }),
        mremap(2, 7, -12, { at: 7 }),
        mremap(2, 3, 60, { at: 8, args: [at(0), 2 * page, 3 * page, 3, at(60)] }),
        // Nothing more was asked for, or it is no growth at all.
        mremap(3, 1, 0),
        mremap(1, 1, 0),
        { kind: kindCodes.mmap, args: [0, page, 3, 0x22, -1, 0], result: at(9) },
      ]),
    );
    expect(fold.result()).toEqual({
      points: [
        {
          seq: 1,
          process: 7,
          atNanos: 5,
          durationNanos: -1,
          bytes: 2 * page,
          newBytes: 3 * page,
          outcome: "inPlace",
        },
        {
          seq: 2,
          process: 1,
          atNanos: 6,
          durationNanos: 70,
          bytes: 3 * page,
          newBytes: 4 * page,
          outcome: "moved",
        },
        {
          seq: 3,
          process: 1,
          atNanos: 7,
          durationNanos: 70,
          bytes: 5 * page,
          newBytes: 7 * page,
          outcome: "refused",
        },
        {
          seq: 4,
          process: 1,
          atNanos: 8,
          durationNanos: 70,
          bytes: page,
          newBytes: 3 * page,
          outcome: "relocated",
        },
      ],
      oneIn: 1,
    });
  });

  it("of a heap begin with the break that its first maps text has", () => {
    const blobs: number[] = [];
    const heapEnd = (blob: number): number | undefined => {
      blobs.push(blob);
      return blob === 5 ? heap : undefined;
    };
    const observe = (blob: number): EventRow => ({
      kind: kindCodes.mapsObserved,
      process: 2,
      args: [blob, 1, 1],
    });
    const fold = new GrowthPointsFold({ heapEnd });
    // The first text shows no heap; later ones need not be read.
    fold.feed(batchOf([observe(4), observe(5), observe(6), brk(heap + 3 * page)]));
    expect(fold.result().points).toEqual([
      {
        seq: 4,
        process: 2,
        atNanos: 0,
        durationNanos: 0,
        bytes: 3 * page,
        newBytes: 0,
        outcome: "inPlace",
      },
    ]);
    expect(blobs).toEqual([4, 5]);
    const unknown = new GrowthPointsFold();
    unknown.feed(batchOf([observe(5), brk(heap + page), brk(heap + 3 * page)]));
    expect(unknown.result().points.map(({ seq, bytes }) => [seq, bytes])).toEqual([[3, 2 * page]]);
  });

  it.each([
    [4, 1, [1, 2, 3, 4]],
    // The fifth is the first too many: every second stays, and 5 is one of them.
    [5, 2, [1, 3, 5]],
    [6, 2, [1, 3, 5]],
    [8, 2, [1, 3, 5, 7]],
    [9, 4, [1, 5, 9]],
    [16, 4, [1, 5, 9, 13]],
    [40, 16, [1, 17, 33]],
  ])("of %i growths are one in %i", (count, oneIn, seqs) => {
    const fold = new GrowthPointsFold({ most: 4 });
    fold.feed(batchOf(Array.from({ length: count }, () => mremap(1, 2, 0))));
    const { points, ...rest } = fold.result();
    expect([rest.oneIn, points.map(({ seq }) => seq)]).toEqual([oneIn, seqs]);
  });

  it("are 4,096 where nothing else is said", () => {
    const fold = new GrowthPointsFold();
    fold.feed(batchOf(Array.from({ length: 4096 }, () => mremap(1, 2, 0))));
    expect([fold.result().points.length, fold.result().oneIn]).toEqual([4096, 1]);
    fold.feed(batchOf([mremap(1, 2, 0)]));
    expect([fold.result().points.length, fold.result().oneIn]).toEqual([2049, 2]);
  });
});

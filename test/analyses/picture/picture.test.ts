/** The picture of an address space: by hand, and page by page against a random history of the kernel's. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bandsOf } from "../../../src/analyses/picture/address-bands.ts";
import { LargestRows } from "../../../src/analyses/picture/largest-rows.ts";
import type { Picture } from "../../../src/analyses/picture/picture.ts";
import { PictureFold, type PictureOptions } from "../../../src/analyses/picture/picture-fold.ts";
import { addressAt, heightOf } from "../../../src/base/address-scale.ts";
import { createBatch } from "../../../src/events/batch.ts";
import { memoryKindOf } from "../../../src/space/regions/memory-kind.ts";
import { AddressSpace } from "../../../src/space/space.ts";
import { OpGenerator, randomSource } from "../../helpers/kernel-generator.ts";
import { KernelModel } from "../../helpers/kernel-model.ts";
import { KernelWorker } from "../../helpers/kernel-worker.ts";
import { anon, at, base, batchOf, type Call, mremap, munmap, page } from "../../space/helpers.ts";

const only = { process: 1, pid: 41, program: "grow", fromNanos: 0, toNanos: undefined };

/** Events 1000 ns apart, each taking 500 ns. */
function pictureOf(calls: readonly Call[], options: PictureOptions = {}): Picture {
  const fold = new PictureFold(options);
  const space = new AddressSpace({ lineage: fold.listener(1) });
  const batch = batchOf(calls);
  for (let i = 0; i < batch.length; i++) {
    batch.at[i] = 1000 * (i + 1);
    batch.duration[i] = 500;
  }
  fold.begin(batch);
  for (let i = 0; i < batch.length; i++) space.apply(batch, i);
  return fold.finish([only]);
}

/** `#1 0-4 anonymous 1000-2000 mapped@1/grown`: pages from base, nanoseconds. */
function lines({ ranges, kinds, gains, losses }: Picture): string[] {
  return Array.from({ length: ranges.length }, (_, i) => {
    const span = `${(ranges.start[i]! - base) / page}-${(ranges.end[i]! - base) / page}`;
    const time = `${ranges.fromNanos[i]}-${ranges.toNanos[i]}`;
    const by = `${gains[ranges.gain[i]!]}@${ranges.bySeq[i]}/${losses[ranges.loss[i]!]}`;
    return `#${ranges.mapping[i]} ${span} ${kinds[ranges.kind[i]!]} ${time} ${by}`;
  });
}

describe("ranges", () => {
  it("a mapping that grows, moves and goes", () => {
    const picture = pictureOf([
      anon(at(0), 2),
      mremap(at(0), 2, 4, at(0)),
      mremap(at(0), 4, 8, at(20)),
      munmap(at(20), 8),
    ]);
    expect(lines(picture)).toEqual([
      "#1 0-2 anonymous 1000-2000 mapped@1/grown",
      "#1 0-4 anonymous 2000-3000 grown@2/moved",
      "#1 20-28 anonymous 3000-4000 moved@3/unmapped",
    ]);
    const { moves } = picture;
    expect(moves.length).toBe(1);
    expect([moves.from[0], moves.to[0]]).toEqual([at(0), at(20)]);
    expect([moves.oldBytes[0], moves.newBytes[0]]).toEqual([4 * page, 8 * page]);
    expect([moves.seq[0], moves.atNanos[0], moves.durationNanos[0]]).toEqual([3, 3000, 500]);
  });

  it("a hole leaves two pieces that go on as one mapping", () => {
    expect(lines(pictureOf([anon(at(0), 6), munmap(at(2), 2)]))).toEqual([
      "#1 2-4 anonymous 1000-2000 mapped@1/unmapped",
      "#1 4-6 anonymous 1000-2500 mapped@1/lives on",
      "#1 0-2 anonymous 1000-2500 mapped@1/lives on",
    ]);
  });

  it("a piece that becomes accessible becomes another kind, one that turns read-only does not", () => {
    const protect = (start: number, pages: number, prot: number): Call => ({
      call: "mprotect",
      args: [start, pages * page, prot],
      result: 0,
    });
    const picture = pictureOf([
      anon(at(0), 4, 0),
      protect(at(0), 1, 3),
      protect(at(0), 1, 1),
      munmap(at(0), 4),
    ]);
    expect(lines(picture)).toEqual([
      "#1 0-1 reserved 1000-2000 mapped@1/protected",
      "#1 0-1 anonymous 2000-4000 mapped@1/unmapped",
      "#1 1-4 reserved 1000-4000 mapped@1/unmapped",
    ]);
  });

  it("what was mapped with MAP_STACK is a stack, behind its guard page", () => {
    const stack: Call = { call: "mmap", args: [0, 4 * page, 0, 0x2_0022, -1, 0], result: at(0) };
    const picture = pictureOf([stack, { call: "mprotect", args: [at(1), 3 * page, 3], result: 0 }]);
    expect(lines(picture)).toContain("#1 0-1 reserved 1000-2500 mapped@1/lives on");
    expect(lines(picture)).toContain("#1 1-4 stack 2000-2500 mapped@1/lives on");
  });

  it("keeps the largest when there are too many, and says how many there were", () => {
    const calls = Array.from({ length: 40 }, (_, i) => anon(at(i * 100), 1 + i));
    const picture = pictureOf(calls, { mostRanges: 8 });
    expect(picture.rangeCount).toBe(40);
    expect(picture.processes[0]?.rangeCount).toBe(40);
    const pages = Array.from(picture.ranges.start, (start, i) => picture.ranges.end[i]! - start);
    expect(pages.map((bytes) => bytes / page).sort((a, b) => a - b)).toEqual([
      33, 34, 35, 36, 37, 38, 39, 40,
    ]);
  });
});

describe("the largest rows", () => {
  it("are the same as those of a full sort", () => {
    const random = randomSource(5);
    const rows = new LargestRows(1, 100);
    const keys = Array.from({ length: 12_345 }, () => Math.floor(500 * random()));
    for (const key of keys) {
      const row = rows.offer(key);
      if (row >= 0) rows.columns[0]![row] = key;
    }
    rows.finish();
    const kept = [...rows.columns[0]!.slice(0, rows.length)].sort((a, b) => b - a);
    expect(kept).toEqual(keys.sort((a, b) => b - a).slice(0, 100));
    expect(rows.offered).toBe(12_345);
  });
});

describe("heights of addresses", () => {
  const MiB = 1024 ** 2;
  const spans = [
    [0x5555_0000_0000, 0x5555_0000_0000 + 4 * MiB],
    [0x7f00_0000_0000, 0x7f00_0000_0000 + 64 * MiB],
    [0x7f00_0400_0000, 0x7f00_0400_0000 + MiB],
  ] as const;
  const starts = Float64Array.from(spans, ([start]) => start);
  const ends = Float64Array.from(spans, ([, end]) => end);
  const bands = bandsOf(starts, ends, 0x5555_0000_0000, 0x7fff_0000_0000);

  it("folds what is empty and keeps together what touches", () => {
    expect(bands.map(({ isFold }) => isFold)).toEqual([false, true, false, true]);
    expect(bands[2]).toMatchObject({ start: 0x7f00_0000_0000, end: 0x7f00_0410_0000 });
  });

  it("fill the picture without a gap, and each address has one height", () => {
    expect(bands[0]?.low).toBe(0);
    expect(bands.at(-1)?.high).toBeCloseTo(1, 9);
    for (let i = 1; i < bands.length; i++) {
      expect(bands[i]?.low).toBe(bands[i - 1]?.high);
      expect(bands[i]?.start).toBe(bands[i - 1]?.end);
    }
    for (const address of [...starts, ...ends, 0x6000_0000_0000]) {
      expect(Math.abs(addressAt(bands, heightOf(bands, address)) - address)).toBeLessThan(page);
    }
  });

  it("are at most so many that they can be read", () => {
    const many = Float64Array.from({ length: 500 }, (_, i) => i * 2 ** 30);
    const found = bandsOf(
      many,
      many.map((start) => start + page),
      0,
      500 * 2 ** 30,
    );
    expect(found.length).toBeLessThan(410);
    expect(found.length).toBeGreaterThan(300);
    expect(found.at(-1)?.high).toBeCloseTo(1, 9);
    expect(found.every(({ low, high }) => high > low)).toBe(true);
  });
});

describe("a picture of a random history", () => {
  let worker: KernelWorker;
  beforeAll(async () => {
    worker = await KernelWorker.start();
  });
  afterAll(() => worker.stop());

  it("shows each page as the kind that the space had there, at each event", async () => {
    const random = randomSource(7);
    const fold = new PictureFold();
    await worker.run([{ kind: -2, args: [] }]);
    const model = new KernelModel(worker.hello, fold.listener(1));
    const generator = new OpGenerator(random, worker.hello, model.space, false);
    const zone = worker.hello.arenaEnd - 64 * page;
    const kindsSeen: (string | undefined)[][] = [];
    while (model.steps < 1500) {
      const op = generator.next();
      const [answer] = await worker.run([op]);
      const batch = createBatch(1);
      batch.length = 1;
      batch.firstSeq = model.steps + 1;
      batch.at[0] = 10 * batch.firstSeq;
      fold.begin(batch);
      expect(model.step(op, answer!)).toBeUndefined();
      kindsSeen.push(
        Array.from({ length: 64 }, (_, i) => {
          const region = model.space.regionAt(zone + i * page);
          return region && memoryKindOf(region.mode);
        }),
      );
    }
    const picture = fold.finish([only], 10 * model.steps + 10);
    const { ranges, kinds } = picture;
    const drawn: (string | undefined)[][] = kindsSeen.map(() => new Array(64).fill(undefined));
    for (let i = 0; i < ranges.length; i++) {
      const last = Math.min(ranges.toNanos[i]! / 10, model.steps + 1);
      for (let seq = Math.max(1, ranges.fromNanos[i]! / 10); seq < last; seq++) {
        for (let n = 0; n < 64; n++) {
          const address = zone + n * page;
          if (address < ranges.start[i]! || address >= ranges.end[i]!) continue;
          expect(drawn[seq - 1]![n], `page ${n} at @${seq} drawn twice`).toBeUndefined();
          drawn[seq - 1]![n] = kinds[ranges.kind[i]!];
        }
      }
    }
    expect(drawn).toEqual(kindsSeen);
    expect(new Set(kindsSeen.flat()).size).toBeGreaterThan(3);
    expect(picture.moveCount).toBeGreaterThan(20);
  });
});

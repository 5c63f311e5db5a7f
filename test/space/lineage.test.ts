/** Mappings and their lives: by hand, and against a page-by-page record of a random history. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AddressSpace } from "../../src/space/space.ts";
import { OpGenerator, randomSource } from "../helpers/kernel-generator.ts";
import { KernelModel } from "../helpers/kernel-model.ts";
import { KernelWorker } from "../helpers/kernel-worker.ts";
import { LineageCollector } from "../helpers/lineage-collector.ts";
import { anon, applyAll, at, base, type Call, mremap, munmap, page } from "./helpers.ts";

/** `#1 @1-@3 0-2 mapped/moved` for each stay that held the page. */
function owners(calls: readonly Call[], pageNumber: number): string[] {
  const lineage = new LineageCollector();
  const space = applyAll(new AddressSpace({ lineage }), calls);
  return lineage.ownersOf(space, at(pageNumber)).map(({ life, stay }) => {
    const range = `${(stay.start - base) / page}-${(stay.end - base) / page}`;
    const until = stay.to === Infinity ? "" : `@${stay.to}`;
    return `#${life.mapping} @${stay.from}-${until} ${range} ${stay.gain}/${stay.loss ?? ""}`;
  });
}

describe("lineage", () => {
  it("follows a mapping through growth and moves", () => {
    const calls = [anon(at(0), 2), mremap(at(0), 2, 4, at(0)), mremap(at(0), 4, 8, at(20))];
    expect(owners(calls, 1)).toEqual(["#1 @1-@2 0-2 mapped/grown", "#1 @2-@3 0-4 grown/moved"]);
    expect(owners(calls, 3)).toEqual(["#1 @2-@3 0-4 grown/moved"]);
    expect(owners(calls, 25)).toEqual(["#1 @3- 20-28 moved/"]);
  });

  it("tells who came after whom", () => {
    const calls = [anon(at(0), 4), munmap(at(1), 1), anon(at(1), 1), anon(at(0), 4)];
    expect(owners(calls, 1)).toEqual([
      "#1 @1-@2 1-2 mapped/unmapped",
      "#2 @3-@4 1-2 mapped/replaced",
      "#3 @4- 0-4 mapped/",
    ]);
    expect(owners(calls, 3)).toEqual(["#1 @1-@4 2-4 mapped/replaced", "#3 @4- 0-4 mapped/"]);
  });

  it("keeps identity in both parts of a split and in a moved piece", () => {
    const calls = [anon(at(0), 6), mremap(at(0), 2, 4, at(20))];
    expect(owners(calls, 4)).toEqual(["#1 @1- 2-6 mapped/"]);
    expect(owners(calls, 23)).toEqual(["#1 @2- 20-24 moved/"]);
  });

  it("gives a duplicate and what DONTUNMAP leaves behind a parent", () => {
    const lineage = new LineageCollector();
    const shared: Call = { call: "mmap", args: [0, 4 * page, 3, 0x21, -1, 0], result: at(0) };
    const space = applyAll(new AddressSpace({ lineage }), [
      shared,
      mremap(at(1), 0, 2, at(10)),
      anon(at(30), 2),
      mremap(at(30), 2, 2, at(40), 5),
    ]);
    expect(lineage.lives.get(2)).toMatchObject({ parent: 1, how: "duplicated", born: 2 });
    expect(lineage.lives.get(4)).toMatchObject({ parent: 3, how: "left behind", born: 4 });
    expect(space.regionAt(at(40))?.mapping).toBe(3);
    expect(space.regionAt(at(30))?.mapping).toBe(4);
    expect(space.regionAt(at(10))).toMatchObject({ mapping: 2, offset: page });
  });

  it("ends a life with its last range, and all at the end", () => {
    const lineage = new LineageCollector();
    const space = applyAll(new AddressSpace({ lineage }), [
      anon(at(0), 4),
      munmap(at(0), 2),
      anon(at(8), 1),
      munmap(at(2), 2),
    ]);
    expect(lineage.lives.get(1)).toMatchObject({ born: 1, died: 4, liveBytes: 0 });
    expect(lineage.lives.get(2)?.died).toBeUndefined();
    space.end(9);
    expect(lineage.lives.get(2)).toMatchObject({ died: 9 });
    expect(space.regionCount).toBe(0);
  });

  it("does not see what happens in a copy", () => {
    const lineage = new LineageCollector();
    const space = applyAll(new AddressSpace({ lineage }), [anon(at(0), 4)]);
    applyAll(space.clone(), [munmap(at(0), 4)]);
    expect(lineage.lives.get(1)?.died).toBeUndefined();
  });
});

describe("lineage of a random history", () => {
  let worker: KernelWorker;
  beforeAll(async () => {
    worker = await KernelWorker.start();
  });
  afterAll(() => worker.stop());

  it("equals a record kept page by page", async () => {
    const random = randomSource(99);
    const lineage = new LineageCollector();
    await worker.run([{ kind: -2, args: [] }]);
    const model = new KernelModel(worker.hello, lineage);
    const { space } = model;
    const generator = new OpGenerator(random, worker.hello, space, false);
    const zone = worker.hello.arenaEnd - 96 * page;
    /** By page: [mapping, since] in turn, 0 for nobody. */
    const record = new Map<number, [number, number][]>();
    let seq = 0;
    while (seq < 3000) {
      const ops = Array.from({ length: 16 }, () => generator.next());
      const answers = await worker.run(ops);
      for (let i = 0; i < ops.length; i += 1) {
        seq += 1;
        expect(model.step(ops[i]!, answers[i]!)).toBeUndefined();
        for (let address = zone; address < worker.hello.arenaEnd; address += page) {
          const owner = space.regionAt(address)?.mapping ?? 0;
          const turns = record.get(address) ?? [];
          if ((turns[turns.length - 1]?.[0] ?? 0) !== owner) turns.push([owner, seq]);
          record.set(address, turns);
        }
      }
    }
    let compared = 0;
    for (const [address, turns] of record) {
      const told: [number, number][] = [];
      let until = 0;
      for (const { life, stay } of lineage.ownersOf(space, address)) {
        if (stay.from > until && until > 0) told.push([0, until]);
        if (stay.from > until || told[told.length - 1]?.[0] !== life.mapping) {
          told.push([life.mapping, stay.from]);
        }
        until = stay.to;
      }
      if (until !== 0 && until !== Infinity) told.push([0, until]);
      expect(told).toEqual(turns);
      compared += turns.length;
    }
    expect(compared).toBeGreaterThan(2000);
    for (const life of lineage.lives.values()) {
      const lives = space.regionsIn(0, Infinity).some((r) => r.mapping === life.mapping);
      expect(life.died === undefined).toBe(lives);
    }
  });
});

/** What is known of each mapping of a process: its birth, its traits, its bytes. */
import { describe, expect, it } from "vitest";
import { birthTraits, traits } from "../../../src/analyses/recorders/track.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { modes } from "../../../src/space/regions/modes.ts";
import { at, page } from "../../space/helpers.ts";
import { PassByHand } from "./pass-by-hand.ts";

const found = "7f0000000000-7f0000002000 rw-p 00000000 00:00 0 \n";

describe("a mapping", () => {
  it("has the event, time, thread, site and call of its birth", () => {
    const run = new PassByHand({ siteOf: () => 5, name: () => "" });
    run.begin().map(0, 3, { tid: 77, returnAddress: 0x10 }).move(0, 3, 6, 10, { tid: 78 });
    const track = run.pass.trackOf(1);
    const facts = [track.bornSeq(1), track.bornAt(1), track.bornTid(1), track.bornSite(1)];
    expect(facts).toEqual([2, 2000, 77, 5]);
    expect(track.bornBy(1)).toBe(kindCodes.mmap);
    expect(track.liveBytes(1)).toBe(6 * page);
    run.unmap(11, 2);
    expect(track.liveBytes(1)).toBe(4 * page);
    run.unmap(10, 6);
    expect(track.liveBytes(1)).toBe(0);
  });

  it("that was found has none of it", () => {
    const run = new PassByHand();
    run.begin(1, found);
    const track = run.pass.trackOf(1);
    expect([track.bornSeq(1), track.bornTid(1), track.bornSite(1), track.bornBy(1)]).toEqual([
      0, 0, 0, 0,
    ]);
    expect([track.bornAt(1), track.liveBytes(1)]).toEqual([1000, 2 * page]);
    expect(track.traits(1)).toBe(traits.found | traits.bornWritable);
  });

  it("is made by mremap where it is a second view", () => {
    const run = new PassByHand();
    const shared = { args: [at(0), 2 * page, 3, 0x31, -1, 0] };
    run.begin().map(0, 2, shared);
    run.call({ kind: kindCodes.mremap, args: [at(0), 0, 2 * page, 1, 0], result: at(10) });
    const track = run.pass.trackOf(1);
    expect([track.bornBy(2), track.bornSeq(2), track.liveBytes(2)]).toEqual([
      kindCodes.mremap,
      3,
      2 * page,
    ]);
  });

  it("keeps a growth's number and traits that are added", () => {
    const run = new PassByHand().begin().map(0, 1);
    const track = run.pass.trackOf(1);
    expect([track.lineage(1), track.traits(1)]).toEqual([0, traits.bornWritable]);
    track.setLineage(1, 9);
    track.addTraits(1, traits.notedInTurn);
    expect(track.lineage(1)).toBe(9);
    expect(track.traits(1)).toBe(traits.bornWritable | traits.notedInTurn);
    expect(track.bornBy(1)).toBe(kindCodes.mmap);
  });

  it("is one of more than there was room for, and those before it stay as they were", () => {
    const run = new PassByHand().begin();
    for (let i = 1; i <= 40; i += 1) run.map(2 * i, 1, { tid: 100 + i });
    const track = run.pass.trackOf(1);
    const mappings = Array.from({ length: 40 }, (_, i) => i + 1);
    expect(mappings.map((one) => track.bornSeq(one))).toEqual(mappings.map((one) => one + 1));
    expect(mappings.map((one) => track.bornTid(one))).toEqual(mappings.map((one) => 100 + one));
    expect(mappings.every((one) => track.liveBytes(one) === page)).toBe(true);
    expect(track.end).toBe(64);
  });

  it("that never was is all zeros", () => {
    const track = new PassByHand().begin().pass.trackOf(1);
    const facts = [track.bornSeq(99), track.bornAt(99), track.liveBytes(99), track.bornTid(99)];
    expect(facts).toEqual([0, 0, 0, 0]);
    expect([track.bornSite(99), track.lineage(99), track.traits(99), track.bornBy(99)]).toEqual([
      0, 0, 0, 0,
    ]);
  });
});

describe("the traits of a birth", () => {
  const [stack, noReserve] = [0x2_0000, 0x4000];
  it.each([
    ["PROT_NONE", 0, 0, traits.bornUntouchable],
    ["read only", 0, modes.read, 0],
    ["write", 0, modes.write, traits.bornWritable],
    ["exec", 0, modes.exec, traits.executable],
    ["write and exec", 0, modes.write | modes.exec, traits.bornWritable | traits.executable],
    ["MAP_STACK", stack, modes.read, traits.stack],
    ["MAP_NORESERVE", noReserve, modes.read, traits.noReserve],
    ["both, untouchable", stack | noReserve, 0, traits.stack | traits.noReserve | 4],
    ["shared memory that nobody may touch", 0, modes.shared, traits.bornUntouchable],
  ])("%s", (_, flags, mode, expected) => {
    expect(birthTraits(flags, mode)).toBe(expected);
  });
});

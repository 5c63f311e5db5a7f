import { describe, expect, it } from "vitest";
import { Clock } from "../../src/journal/contents/clock.ts";
import { LiveHeader } from "../../src/journal/wire/header.ts";
import { defines, structs } from "../../src/journal/wire/wire.gen.ts";
import { JournalBuilder } from "../helpers/journal-builder.ts";
import { headerOf, openReader, readJournal, takeAll } from "./read-journal.ts";

const open = { tsc: 2n ** 62n, mono: 5_000_000n };
const pair = (ticks: number, nanos: number) => ({
  tsc: open.tsc + BigInt(ticks),
  mono: open.mono + BigInt(nanos),
});

describe("the clock", () => {
  it("is linear between pairs, and goes on at the whole rate behind the last", () => {
    const clock = new Clock(open, 1_000_000n);
    expect(clock.calibrated).toBe(false);
    expect(clock.add(pair(30_000_000, 10_000_000))).toBe(true);
    expect(clock.add(pair(70_000_000, 30_000_000))).toBe(true);
    expect(clock.nanosAt(0)).toBe(4_000_000);
    expect(clock.nanosAt(15_000_000)).toBe(9_000_000);
    expect(clock.nanosAt(50_000_000)).toBe(24_000_000);
    expect(clock.nanosAt(140_000_000)).toBe(64_000_000);
    expect(clock.nanosAt(-3000)).toBe(3_999_000);
  });

  it("reads ticks exactly where doubles no longer can", () => {
    const clock = new Clock(open, 0n, 1);
    const words = new Uint32Array(new BigUint64Array([open.tsc + 1001n]).buffer);
    expect(clock.ticksOf(words, 0)).toBe(1001);
  });

  it("refuses pairs that contradict, and leaves out what is too near", () => {
    const clock = new Clock(open, 0n);
    expect(clock.add(pair(3_000_000, 1_000_000))).toBe(true);
    expect(clock.add(pair(2_000_000, 5_000_000))).toBe(false);
    expect(clock.add(pair(4_000_000, 900_000_000))).toBe(false);
    expect(clock.add(pair(3_000_300, 1_000_900))).toBe(true);
    expect(clock.nanosAt(6_000_000)).toBe(7_000_000);
  });

  it("uses a rate from elsewhere until its own pairs are far apart", () => {
    const clock = new Clock(open, 5_000_000n, 0.5);
    clock.add(pair(1_000_000, 2_000_000));
    expect(clock.rate).toBe(0.5);
    clock.add(pair(10_000_000, 20_000_000));
    expect(clock.rate).toBe(2);
  });
});

describe("a journal without a second pair in its header", () => {
  const bare = () => new JournalBuilder().header("tsc_last", 0).header("mono_last", 0);

  it("takes the first clock record, wherever it lies", () => {
    const journal = bare();
    journal.call({ kind: "madvise", tscBegin: 50_000 });
    journal.clock(100_000);
    const { rows, reader } = readJournal(journal.bytes());
    expect(rows[0]?.at).toBe(50_000);
    expect(reader.damage.count).toBe(0);
  });

  it("waits for one while the program runs, and says so when there is none", () => {
    const journal = bare();
    journal.call({ kind: "madvise" });
    const reader = openReader(headerOf(journal.bytes()));
    reader.feed(journal.window(), 1);
    expect(takeAll(reader)).toEqual([]);
    expect(reader.blocked).toEqual({ slot: 0, why: "clock", tid: 0 });
    reader.finish(1);
    expect(takeAll(reader)).toHaveLength(1);
    expect(reader.damage.entries[0]?.reason).toContain("no second clock pair");
  });
});

describe("the header in shared memory", () => {
  it("shows what changes and takes the recorder's marks", () => {
    const bytes = new JournalBuilder()
      .header("limit", 2 ** 40 + 7)
      .header("lost", 3)
      .header("ended", 1)
      .bytes();
    const live = new LiveHeader(new Int32Array(bytes.buffer, 0, defines.MT_HEADER_SIZE / 4));
    expect([live.cursor, live.limit, live.lost, live.lostReason, live.ended]).toEqual([
      0,
      2 ** 40 + 7,
      3,
      0,
      true,
    ]);
    live.drained = 2 ** 33 + 2 ** 31 + 5;
    expect(live.drained).toBe(2 ** 33 + 2 ** 31 + 5);
    expect(headerOf(bytes).drained).toBe(2 ** 33 + 2 ** 31 + 5);
    live.stop();
    expect(new DataView(bytes.buffer).getUint32(structs.header.fields.stop.offset, true)).toBe(1);
  });
});

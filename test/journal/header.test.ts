/** A journal's header at the offsets that struct mt_header of record.h has on x86-64, counted by hand. */
import { describe, expect, it } from "vitest";
import { decodeHeader, isDamage, LiveHeader } from "../../src/journal/wire/header.ts";

/** Offsets of 32-bit and 64-bit fields. */
const at32 = {
  version: 8,
  headerSize: 12,
  recordSize: 16,
  pageSize: 20,
  arch: 24,
  features: 28,
  pid: 32,
  ppid: 36,
  tid: 40,
  parentPid: 44,
  lostReason: 528,
  ended: 532,
  stop: 536,
  wantsRoom: 540,
  stacksLost: 548,
} as const;
const at64 = {
  magic: 0,
  parentOpenTsc: 48,
  tscOpen: 56,
  monoOpen: 64,
  realOpen: 72,
  tscLast: 80,
  monoLast: 88,
  toolBase: 96,
  toolLength: 104,
  libraryBase: 112,
  libraryLength: 120,
  cursor: 256,
  limit: 512,
  lost: 520,
  drained: 768,
} as const;

type Fields = Partial<Record<keyof typeof at32 | keyof typeof at64, number | bigint>>;

function headerBytes(fields: Fields = {}, size = 4096): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  // "\x01MPTRAIL"
  bytes.set([1, 0x4d, 0x50, 0x54, 0x52, 0x41, 0x49, 0x4c]);
  const all: Fields = { version: 1, headerSize: 4096, recordSize: 128, pageSize: 4096, ...fields };
  for (const [name, value] of Object.entries(all)) {
    if (name in at32) view.setUint32(at32[name as keyof typeof at32], Number(value), true);
    else view.setBigUint64(at64[name as keyof typeof at64], BigInt(value), true);
  }
  return bytes.slice(0, size);
}

function decoded(fields: Fields) {
  const header = decodeHeader(headerBytes(fields));
  if (isDamage(header)) throw new Error(header.reason);
  return header;
}

describe("a header", () => {
  it("has each field at its place", () => {
    const header = decoded({
      arch: 2,
      pid: 41,
      ppid: 40,
      tid: 43,
      parentPid: 39,
      parentOpenTsc: 2n ** 63n + 1n,
      tscOpen: 11,
      monoOpen: 12,
      realOpen: 13,
      tscLast: 14,
      monoLast: 15,
      toolBase: 0x1000,
      toolLength: 0x200,
      libraryBase: 0x5000,
      libraryLength: 0x30,
      cursor: 2 ** 33,
      limit: 77,
      lost: 78,
      lostReason: 79,
      ended: 1,
      drained: 80,
    });
    const off = {
      forked: false,
      launcher: false,
      wroteMem: false,
      wroteProtect: false,
      noMaps: false,
    };
    expect(header).toEqual({
      version: 1,
      pageBytes: 4096,
      arch: 2,
      features: off,
      pid: 41,
      ppid: 40,
      tid: 43,
      parentPid: 39,
      parentOpenTsc: 2n ** 63n + 1n,
      open: { tsc: 11n, mono: 12n },
      realOpenNanos: 13n,
      last: { tsc: 14n, mono: 15n },
      toolRanges: [
        [0x1000n, 0x1200n],
        [0x5000n, 0x5030n],
      ],
      cursor: 2 ** 33,
      limit: 77,
      lost: 78,
      lostReason: 79,
      ended: true,
      drained: 80,
    });
  });

  it.each([
    [1, "forked"],
    [2, "launcher"],
    [4, "wroteMem"],
    [8, "wroteProtect"],
    [16, "noMaps"],
  ])("has feature %i as %s", (features, name) => {
    const on = Object.entries(decoded({ features }).features).filter(([, value]) => value);
    expect(on).toEqual([[name, true]]);
  });

  it("has no second pair, no range and no end until they are written", () => {
    const header = decoded({ tscLast: 0, monoLast: 15 });
    expect([header.last, header.toolRanges, header.ended]).toEqual([undefined, [], false]);
    expect(decoded({ tscLast: 14, monoLast: 0 }).last).toBeUndefined();
    expect(decoded({ tscLast: 1, monoLast: 1 }).last).toEqual({ tsc: 1n, mono: 1n });
    expect(decoded({ libraryBase: 9, libraryLength: 1 }).toolRanges).toEqual([[9n, 10n]]);
  });

  it.each([1024, 4096, 65_536, 4_194_304])("may have pages of %i bytes", (pageSize) => {
    expect(decoded({ pageSize }).pageBytes).toBe(pageSize);
  });

  it.each([
    [{ magic: 0xabcdef }, "not a journal: it begins with 0xabcdef"],
    [{ version: 7 }, "journal version 7; this program reads version 1"],
    [{ headerSize: 4095 }, "header size 4095"],
    [{ recordSize: 64 }, "record size 64"],
    [{ pageSize: 512 }, "page size 512"],
    [{ pageSize: 4097 }, "page size 4097"],
    [{ pageSize: 8_388_608 }, "page size 8388608"],
  ])("with %o is refused", (fields, reason) => {
    const header = decodeHeader(headerBytes(fields));
    expect(header).toEqual({ slot: -1, reason });
    expect(isDamage(header)).toBe(true);
  });

  it("that is cut off is refused", () => {
    expect(decodeHeader(headerBytes({}, 4095))).toEqual({
      slot: -1,
      reason: "the journal ends inside its header, after 4095 of 4096 bytes",
    });
    expect(isDamage(decodeHeader(headerBytes({}, 4096)))).toBe(false);
    // A view that begins within its buffer.
    const shifted = new Uint8Array(8192);
    shifted.set(headerBytes({ pid: 5 }), 4096);
    expect(decodeHeader(shifted.subarray(4096))).toMatchObject({ pid: 5 });
  });
});

describe("a live header", () => {
  const live = (fields: Fields) => {
    const bytes = headerBytes(fields);
    return {
      header: new LiveHeader(new Int32Array(bytes.buffer)),
      view: new DataView(bytes.buffer),
    };
  };

  it("shows what the hook writes", () => {
    const { header, view } = live({ cursor: 5, limit: 2 ** 33 + 6, lost: 2 ** 32 - 1 });
    expect([header.cursor, header.limit, header.lost]).toEqual([5, 2 ** 33 + 6, 2 ** 32 - 1]);
    expect([header.ended, header.wantsRoom]).toEqual([false, false]);
    expect([header.lostReason, header.stacksLost, header.drained]).toEqual([0, 0, 0]);
    view.setUint32(at32.ended, 1, true);
    expect([header.ended, header.wantsRoom]).toEqual([true, false]);
    view.setUint32(at32.wantsRoom, 1, true);
    expect(header.wantsRoom).toBe(true);
    view.setUint32(at32.lostReason, 2 ** 32 - 2, true);
    view.setUint32(at32.stacksLost, 2 ** 32 - 3, true);
    expect([header.lostReason, header.stacksLost]).toEqual([2 ** 32 - 2, 2 ** 32 - 3]);
    view.setBigUint64(at64.cursor, 2n ** 40n + 1n, true);
    expect(header.cursor).toBe(2 ** 40 + 1);
  });

  it("takes the recorder's words: its mark, the room, and the wish to stop", () => {
    const { header, view } = live({ limit: 100 });
    for (const slots of [7, 2 ** 31 + 5, 2 ** 33 + 9]) {
      header.drained = slots;
      expect(view.getBigUint64(at64.drained, true)).toBe(BigInt(slots));
      expect(header.drained).toBe(slots);
    }
    header.raiseLimit(101);
    expect(view.getBigUint64(at64.limit, true)).toBe(101n);
    header.raiseLimit(99);
    header.raiseLimit(101);
    expect(view.getBigUint64(at64.limit, true)).toBe(101n);
    header.raiseLimit(2 ** 33);
    expect(view.getBigUint64(at64.limit, true)).toBe(2n ** 33n);
    expect(view.getUint32(at32.stop, true)).toBe(0);
    header.stop();
    expect(view.getUint32(at32.stop, true)).toBe(1);
  });
});

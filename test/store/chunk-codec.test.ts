import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeMix } from "../../bench/mix.ts";
import { createBatch } from "../../src/events/batch.ts";
import { memoryCalls } from "../../src/events/kinds.ts";
import { ChunkDecoder, checkChunk } from "../../src/store/chunks/chunk-decoder.ts";
import { ChunkEncoder, chunkCapacity } from "../../src/store/chunks/chunk-encoder.ts";
import { anyRows, batchOf, type EventRow, rowsOf, withoutNoise } from "./batches.ts";

const encoder = new ChunkEncoder();
const decoder = new ChunkDecoder();

function encode(rows: readonly EventRow[], firstSeq = 1): Uint8Array {
  return encoder.encode(batchOf(rows), 0, rows.length, firstSeq);
}

function decode(bytes: Uint8Array): { firstSeq: number; rows: EventRow[] } {
  const batch = decoder.decode(bytes);
  if ("reason" in batch) throw new Error(batch.reason);
  return { firstSeq: batch.firstSeq, rows: rowsOf(batch) };
}

const kinds = { mmap: memoryCalls.mmap, munmap: memoryCalls.munmap };

describe("a chunk gives back what was put in", () => {
  it("for any events", () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 1, max: 2 ** 40 }), (rows, firstSeq) => {
        const expected = withoutNoise(rowsOf(batchOf(rows)));
        expect(decode(encode(rows, firstSeq))).toEqual({ firstSeq, rows: expected });
      }),
      { numRuns: 300 },
    );
  });

  it("for any part of a batch", () => {
    fc.assert(
      fc.property(anyRows, fc.nat(), fc.nat(), (rows, a, b) => {
        const from = a % rows.length;
        const to = from + 1 + (b % (rows.length - from));
        const bytes = encoder.encode(batchOf(rows), from, to, 1);
        expect(decode(bytes).rows).toEqual(withoutNoise(rowsOf(batchOf(rows)).slice(from, to)));
      }),
    );
  });

  it("for a full chunk of a realistic mix of six processes", () => {
    const [batch] = makeMix({ events: chunkCapacity, processes: 6 });
    const expected = rowsOf(batch!);
    expect(decode(encoder.encode(batch!, 0, chunkCapacity, 1)).rows).toEqual(expected);
  });

  it("for more than 16 kinds, which no longer fit a nibble", () => {
    const rows = Array.from({ length: 99 }, (_, i) => ({ kind: 200 - (i % 40), result: i }));
    expect(decode(encode(rows)).rows).toEqual(rowsOf(batchOf(rows)));
  });

  it("with unknown kinds, all six arguments of them", () => {
    const rows = [{ kind: 250, args: [1, 2, 3, 4, 5, 6] }];
    expect(decode(encode(rows)).rows[0]!.args).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("without the registers that a call does not use", () => {
    const rows = [{ kind: kinds.munmap, args: [4096, 8192, 3, 4, 5, 6] }];
    expect(decode(encode(rows)).rows[0]!.args).toEqual([4096, 8192, 0, 0, 0, 0]);
  });

  it("with the size and the id behind shmat's own arguments", () => {
    const rows = [{ kind: memoryCalls.shmat, args: [7, 0, 0, 65536, 12, 0], flags: 8 }];
    expect(decode(encode(rows)).rows[0]!.args).toEqual([7, 0, 0, 65536, 12, 0]);
  });

  it("after the decoder has read another chunk", () => {
    const wide = [1n, 2n, 3n, 4n, 5n, 6n, 2n ** 60n + 1n];
    decode(encode([{ kind: kinds.mmap, args: [9, 9, 9, 9, 9, 9], result: 9, wide }]));
    const rows = [{ kind: kinds.munmap, args: [4096, 4096] }];
    expect(decode(encode(rows)).rows).toEqual(rowsOf(batchOf(rows)));
  });
});

describe("a chunk stays small", () => {
  it("a constant column costs a few bytes, whatever the number of events", () => {
    const row = { kind: kinds.mmap, args: [0, 4096, 3, 34, -1, 0], result: -12, tid: 4121 };
    const few = encode(Array.from({ length: 100 }, (_, i) => ({ ...row, slot: i })));
    const many = encode(Array.from({ length: 4000 }, (_, i) => ({ ...row, slot: i })));
    expect(many.length - few.length).toBeLessThanOrEqual(3900 + 4);
  });

  it("a realistic mix takes at most 25 bytes an event", () => {
    const [batch] = makeMix({ events: chunkCapacity });
    const bytes = encoder.encode(batch!, 0, chunkCapacity, 1);
    expect(bytes.length / chunkCapacity).toBeLessThan(25);
  });
});

describe("damage is noticed", () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({
    kind: 1 + (i % 3),
    at: i * 1000,
    args: [4096 * i, 4096, 3],
    result: 4096 * i,
    slot: i,
  }));
  const whole = encode(rows);

  it("at every possible cut", () => {
    for (let length = 0; length < whole.length; length++) {
      expect(decoder.decode(whole.subarray(0, length))).toHaveProperty("reason");
    }
  });

  it("when something follows", () => {
    const longer = new Uint8Array(whole.length + 1);
    longer.set(whole);
    expect(decoder.decode(longer)).toHaveProperty("reason");
  });

  it("at every flipped bit", () => {
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = whole.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(decoder.decode(flipped)).toHaveProperty("reason");
    }
  });

  it("in any byte of any chunk, cut or changed", () => {
    fc.assert(
      fc.property(anyRows, fc.nat(), fc.integer({ min: 1, max: 255 }), (some, place, change) => {
        const bytes = encode(some);
        const at = place % bytes.length;
        expect(checkChunk(bytes.subarray(0, at))).toBeDefined();
        bytes[at]! ^= change;
        expect(checkChunk(bytes)).toBeDefined();
      }),
    );
  });

  it("and names what is wrong", () => {
    const newer = whole.slice();
    newer[0] = 9;
    expect(decoder.decode(newer)).toEqual({
      reason: "it has layout 9, this version reads layout 1",
    });
    expect(decoder.decode(whole.subarray(0, 30))).toEqual({
      reason: `it has 30 bytes of ${whole.length}`,
    });
  });

  it("without a crash even when the checksum was made to fit", async () => {
    const { crc32 } = await import("node:zlib");
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (body) => {
        const bytes = new Uint8Array(9 + body.length);
        bytes.set(body, 9);
        bytes[0] = 1;
        const view = new DataView(bytes.buffer);
        view.setUint32(1, bytes.length, true);
        view.setUint32(5, crc32(body), true);
        const result = decoder.decode(bytes);
        expect("reason" in result || result.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("what is a fault of ours is asserted", () => {
  it("a chunk of no events, or of too many", () => {
    expect(() => encoder.encode(createBatch(1), 0, 0, 1)).toThrow("a chunk of 0 events");
    const large = createBatch(chunkCapacity + 1);
    expect(() => encoder.encode(large, 0, chunkCapacity + 1, 1)).toThrow("a chunk of 4097 events");
  });
});

/** Which checkpoints stay in memory when there is room for some. */
import { describe, expect, it } from "vitest";
import { CheckpointCache } from "../../src/replay/checkpoint-cache.ts";

const bytes = (count: number) => new Uint8Array(count);

/** Events of the checkpoints that a process has, found by asking before each event. */
function kept(cache: CheckpointCache, process: number): number[] {
  const seqs = Array.from({ length: 100 }, (_, seq) => cache.before(process, seq)?.seq ?? -1);
  return [...new Set(seqs)].filter((seq) => seq >= 0);
}

describe("CheckpointCache", () => {
  it("gives the last one at or before an event, of that process", () => {
    const cache = new CheckpointCache(1000);
    const [ten, thirty] = [bytes(3), bytes(4)];
    cache.add(1, 10, ten);
    cache.add(1, 30, thirty);
    expect(cache.before(1, 9)).toBeUndefined();
    expect(cache.before(1, 10)).toEqual({ seq: 10, bytes: ten });
    expect(cache.before(1, 29)?.seq).toBe(10);
    expect(cache.before(1, 30)?.bytes).toBe(thirty);
    expect(cache.before(2, 30)).toBeUndefined();
    expect(cache.bytes).toBe(7);
  });

  it("takes them in any order, and each event once", () => {
    const cache = new CheckpointCache(1000);
    for (const seq of [30, 10, 20]) cache.add(1, seq, bytes(1));
    cache.add(1, 20, bytes(50));
    expect(kept(cache, 1)).toEqual([10, 20, 30]);
    expect(cache.bytes).toBe(3);
  });

  it("gives up every second one, from the first on, of the process that takes most", () => {
    const cache = new CheckpointCache(100);
    for (const seq of [1, 2, 3]) cache.add(1, seq, bytes(10));
    for (const seq of [11, 12, 13, 14]) cache.add(2, seq, bytes(15));
    // 30 and 60 bytes fit. With 75 for process 2 its first, third and fifth go.
    expect(cache.bytes).toBe(90);
    cache.add(2, 15, bytes(15));
    expect(kept(cache, 2)).toEqual([12, 14]);
    expect(kept(cache, 1)).toEqual([1, 2, 3]);
    expect(cache.bytes).toBe(60);
  });

  it("fills up to the last byte", () => {
    const cache = new CheckpointCache(20);
    cache.add(1, 1, bytes(10));
    cache.add(1, 2, bytes(10));
    expect(kept(cache, 1)).toEqual([1, 2]);
    cache.add(1, 3, bytes(1));
    expect(kept(cache, 1)).toEqual([2]);
    expect(cache.bytes).toBe(10);
  });

  it("keeps one of a process, however large, and thins until the rest fits", () => {
    const cache = new CheckpointCache(10);
    cache.add(1, 5, bytes(40));
    expect(kept(cache, 1)).toEqual([5]);
    cache.add(1, 6, bytes(40));
    expect(kept(cache, 1)).toEqual([6]);
    expect(cache.bytes).toBe(40);
  });
});

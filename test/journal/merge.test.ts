import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBatch, type EventBatch, eventFlags } from "../../src/events/batch.ts";
import { Merger } from "../../src/journal/merge.ts";

function batchOf(process: number, times: readonly number[], firstSlot = 0): EventBatch {
  const batch = createBatch(Math.max(1, times.length));
  times.forEach((at, row) => {
    batch.process[row] = process;
    batch.at[row] = at;
    batch.slot[row] = firstSlot + row;
    batch.args.forEach((column, k) => {
      column[row] = at * 10 + k;
    });
  });
  batch.length = times.length;
  return batch;
}

interface Out {
  process: number;
  at: number;
  slot: number;
}

function collect(into: Out[]): (batch: EventBatch) => void {
  return (batch) => {
    for (let row = 0; row < batch.length; row++) {
      expect(batch.args[5]![row]).toBe(batch.at[row]! * 10 + 5);
      into.push({ process: batch.process[row]!, at: batch.at[row]!, slot: batch.slot[row]! });
    }
  };
}

/** All rows, by a sort that is stable: the second way to the same order. */
function sorted(sources: readonly (readonly number[])[]): Out[] {
  const rows = sources.flatMap((times, source) => {
    let key = Number.NEGATIVE_INFINITY;
    return times.map((at, slot) => {
      key = Math.max(key, at);
      return { key, row: { process: source + 1, at, slot } };
    });
  });
  return rows.sort((a, b) => a.key - b.key || a.row.process - b.row.process).map(({ row }) => row);
}

describe("merge", () => {
  it("orders by the running maximum and never reorders a source", () => {
    const merger = new Merger();
    merger.open(1);
    merger.open(2);
    merger.push(1, batchOf(1, [10, 5, 30]));
    merger.push(2, batchOf(2, [7, 20, 30]));
    merger.close(1);
    merger.close(2);
    const out: Out[] = [];
    merger.drain(collect(out));
    expect(out.map((row) => [row.process, row.at])).toEqual([
      [2, 7],
      [1, 10],
      [1, 5],
      [2, 20],
      [1, 30],
      [2, 30],
    ]);
    expect(merger.waitingRows).toBe(0);
  });

  it("holds rows back until an idle source promises to bring nothing earlier", () => {
    const merger = new Merger();
    merger.open(1);
    merger.open(2, 0);
    merger.push(1, batchOf(1, [10, 20, 30]));
    const out: Out[] = [];
    merger.drain(collect(out));
    expect(out).toEqual([]);
    merger.advance(2, 20);
    merger.drain(collect(out));
    expect(out.map((row) => row.at)).toEqual([10, 20]);
    expect(merger.waitingRows).toBe(1);
    merger.drain(collect(out), 30);
    expect(out.map((row) => row.at)).toEqual([10, 20, 30]);
  });

  it("hands a batch of the only source on without a copy", () => {
    const merger = new Merger();
    merger.open(1);
    const batch = batchOf(
      1,
      Array.from({ length: 500 }, (_, i) => i),
    );
    merger.push(1, batch);
    const seen: EventBatch[] = [];
    merger.drain((given) => seen.push(given));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toBe(batch);
  });

  it("carries exact values along", () => {
    const merger = new Merger();
    merger.open(1);
    const batch = batchOf(1, [1, 2]);
    batch.flags[1] = eventFlags.wide;
    batch.wide.set(1, [1n, 2n, 3n, 4n, 5n, 6n, 7n]);
    merger.push(1, batchOf(1, [0]));
    merger.push(1, batch);
    const wide: [number, bigint][] = [];
    merger.drain((given) => {
      for (const [row, values] of given.wide) wide.push([given.at[row]!, values[0]!]);
    });
    expect(wide).toEqual([[2, 1n]]);
  });

  it("equals a stable sort, whatever the batches, watermarks and drains", () => {
    const times = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
    const sources = fc.array(times, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        sources,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (all, size, capacity) => {
          const merger = new Merger(capacity);
          const out: Out[] = [];
          all.forEach((source, i) => {
            merger.open(i + 1);
            if (source.length === 0) merger.close(i + 1);
          });
          for (let at = 0; all.some((source) => at < source.length); at += size) {
            all.forEach((source, i) => {
              if (at >= source.length) return;
              merger.push(i + 1, batchOf(i + 1, source.slice(at, at + size), at));
              if (at + size >= source.length) merger.close(i + 1);
            });
            merger.drain(collect(out));
          }
          merger.drain(collect(out));
          // Rows with the key at which a source's batch ended may leave before that source's next batch came.
          const position = new Map(out.map((row, index) => [`${row.process}/${row.slot}`, index]));
          expect(out).toHaveLength(all.flat().length);
          const order = sorted(all);
          const keys = new Map<string, number>();
          all.forEach((source, i) => {
            let key = Number.NEGATIVE_INFINITY;
            source.forEach((at, slot) => {
              key = Math.max(key, at);
              keys.set(`${i + 1}/${slot}`, key);
            });
          });
          for (let i = 1; i < order.length; i++) {
            const a = `${order[i - 1]!.process}/${order[i - 1]!.slot}`;
            const b = `${order[i]!.process}/${order[i]!.slot}`;
            if (keys.get(a) !== keys.get(b)) expect(position.get(a)).toBeLessThan(position.get(b)!);
            else if (order[i - 1]!.process === order[i]!.process)
              expect(position.get(a)).toBeLessThan(position.get(b)!);
          }
        },
      ),
    );
  });
});

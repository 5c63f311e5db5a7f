/** The log of growths: what a row keeps, what the totals hold, and which rows took longest. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { growthOutcomes } from "../../../src/analyses/recorders/growth.ts";
import {
  GrowthLog,
  lineageGone,
  outcomeCodes,
  slowest,
} from "../../../src/analyses/recorders/growth-log.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { batchOf } from "../../store/batches.ts";

const { inPlace, moved, refused, shrunk, duplicated, unchanged, relocated } = outcomeCodes;

function add(
  log: GrowthLog,
  i: number,
  outcome: number,
  nanos: number,
  [oldBytes, newBytes] = [10, 30],
) {
  const kind = i % 2 === 0 ? kindCodes.brk : kindCodes.mremap;
  const batch = batchOf([
    { kind: kindCodes.munmap },
    { kind, process: 100 + i, tid: 200 + i, duration: nanos },
  ]);
  const sizes = { oldBytes: oldBytes!, newBytes: newBytes! };
  return log.add(batch, 1, { seq: 300 + i, site: 400 + i }, sizes, outcome, 500 + i);
}

/** The columns of a row. */
function rowOf(log: GrowthLog, row: number): number[] {
  const { seq, process, tid, site, lineage, outcome, isBrk, oldBytes, newBytes, nanos } = log;
  const columns = [seq, process, tid, site, lineage, outcome, isBrk, oldBytes, newBytes, nanos];
  return columns.map((column) => column[row]!);
}

describe("a row", () => {
  it("has the call's columns, also where the log had to grow for it", () => {
    const log = new GrowthLog(1);
    const rows = Array.from({ length: 100 }, (_, i) => add(log, i, i % 7, i * 3, [i, 2 * i]));
    expect(rows).toEqual([...Array(100).keys()]);
    expect(log.length).toBe(100);
    for (let i = 0; i < 100; i += 1) {
      expect(rowOf(log, i)).toEqual([
        ...[300 + i, 100 + i, 200 + i, 400 + i, 500 + i, i % 7],
        ...[1 - (i % 2), i, 2 * i, i * 3],
      ]);
    }
  });

  it("of an end has its event and its lineage alone", () => {
    const log = new GrowthLog();
    log.end(9, 4);
    expect(rowOf(log, 0)).toEqual([9, 0, 0, 0, 4, lineageGone, 0, 0, 0, 0]);
    expect([...log.counts]).toEqual(growthOutcomes.map(() => 0));
  });

  it.each([
    ["inPlace", inPlace, 10, 30, 20],
    ["moved", moved, 10, 30, 20],
    ["relocated and shorter", relocated, 30, 10, 0],
    ["refused", refused, 10, 30, 20],
    ["shrunk", shrunk, 30, 10, 20],
    ["unchanged", unchanged, 10, 10, 0],
    ["duplicated", duplicated, 0, 30, 30],
  ])("%s is of so many bytes", (_, outcome, before, after, bytes) => {
    const log = new GrowthLog();
    add(log, 0, outcome!, 1, [before, after]);
    expect(log.bytesOf(0)).toBe(bytes);
    expect(log.bytesBy[outcome!]).toBe(bytes);
  });
});

describe("the totals", () => {
  it("hold rows that are not kept, and no time of a call that never came back", () => {
    const log = new GrowthLog(16, 2);
    expect(add(log, 0, moved!, 5)).toBe(0);
    expect(add(log, 1, inPlace!, -1)).toBe(1);
    expect(add(log, 2, moved!, 7)).toBe(-1);
    log.end(9, 1);
    expect([log.length, log.dropped]).toEqual([2, 2]);
    expect([log.counts[moved!], log.bytesBy[moved!], log.nanosBy[moved!]]).toEqual([2, 40, 12]);
    expect([log.counts[inPlace!], log.bytesBy[inPlace!], log.nanosBy[inPlace!]]).toEqual([
      ...[1, 20, 0],
    ]);
    expect(log.nanos[1]).toBe(0);
  });
});

describe("the slowest", () => {
  it("are those that sorting finds, of equals the first", () => {
    const row = fc.record({ code: fc.nat({ max: 2 }), nanos: fc.nat({ max: 20 }) });
    const rows = fc.array(row, { maxLength: 60, size: "max" });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 3 }), (drawn, most) => {
        const log = new GrowthLog();
        drawn.forEach(({ code, nanos }, i) => {
          add(log, i, code, nanos);
        });
        const expected = drawn
          .map(({ code, nanos }, i) => ({ code, nanos, seq: 300 + i }))
          .filter(({ code }) => code === moved)
          .sort((a, b) => b.nanos - a.nanos || a.seq - b.seq);
        expect(slowest(log, moved!, most)).toEqual(expected.slice(0, most).map(({ seq }) => seq));
      }),
    );
  });
});

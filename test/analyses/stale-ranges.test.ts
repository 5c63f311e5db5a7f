/** Stale ranges: the whole answer by hand, and its finding on both sides of the threshold. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { staleRanges } from "../../src/analyses/stale-ranges.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { at, maps, page, type Script, scripted } from "../app/replay-sample.ts";
import { readAnalyses } from "../helpers/analysed.ts";
import { namedSites } from "../helpers/named-sites.ts";

const [grow, reader] = [0x10, 0x20];
const sites = namedSites({ [grow]: "grow (g.c:1)", [reader]: "read (r.c:2)" });

function staleRangesOf(write: (script: Script) => void, named = true) {
  const database = join(scripted(write), "maptrail.db");
  const options = { only: ["stale-ranges"], ...(named && { sites }) };
  return readAnalyses(database, options).of("stale-ranges")!;
}

const none = {
  ranges: 0,
  bytes: 0,
  followed: 0,
  takenAgain: 0,
  bySameSite: 0,
  medianNanos: 0,
  soonestNanos: 0,
  delays: [],
};

describe("stale ranges", () => {
  it("are counted by how they were left, with who took them and when", () => {
    const { data, findings } = staleRangesOf((script) => {
      // Event n is at n µs.
      script.start(1).maps(1, "start", maps("heap"));
      script.from(grow).map(1, 0, 4).move(1, 0, 4, 8, 100); // 4 leaves 0-4
      script.from(reader).map(1, 2, 1); // 5 takes a part of it, which counts for the whole
      script.from(grow).move(1, 100, 8, 16, 200); // 6 leaves 100-108
      script.from(reader).map(1, 50, 4);
      script.from(grow).map(1, 60, 2);
      script.unmap(1, 50, 4); // 9
      script.map(1, 104, 2); // 10 takes 100-108: the site whose mapping it was
      script.from(reader).map(1, 50, 1); // 11 takes what 9 left: the same site
      script.from(grow).move(1, 200, 16, 10, 200); // 12 leaves 210-216 by a shrink
      script.unmap(1, 60, 2); // 13: nobody takes it
      script.from(0).map(1, 212, 1); // 14 takes what 12 left
      script.move(1, 200, 10, 20, 300); // 15 leaves 200-210
      // 16: what is mapped over was never free.
      script.map(1, 300, 1, { args: [at(300), page, 3, 0x32, -1, 0] });
      script.map(1, 205, 1); // 17 takes what 15 left
      script.end(1);
      script.start(2).maps(2, "start", maps("heap"));
      script.from(grow).map(2, 0, 1).move(2, 0, 1, 2, 10); // 22 leaves 0-1
      script.from(reader).map(2, 0, 1); // 23 takes it
      script.from(grow).move(2, 10, 2, 3, 20); // 24: nobody takes 10-12
    });
    expect(data).toEqual({
      moved: {
        ranges: 5,
        bytes: (4 + 8 + 10 + 1 + 2) * page,
        followed: 5,
        takenAgain: 4,
        bySameSite: 1,
        // Sorted: 1,000, 1,000, 2,000, 4,000 ns. The bar of the second ends at 1,024.
        medianNanos: 1024,
        soonestNanos: 1000,
        delays: [
          { fromNanos: 512, count: 2 },
          { fromNanos: 1024, count: 1 },
          { fromNanos: 2048, count: 1 },
        ],
      },
      unmapped: {
        ranges: 2,
        bytes: (4 + 2) * page,
        followed: 2,
        takenAgain: 1,
        bySameSite: 1,
        medianNanos: 2000,
        soonestNanos: 2000,
        delays: [{ fromNanos: 1024, count: 1 }],
      },
      shrunk: {
        ranges: 1,
        bytes: 6 * page,
        followed: 1,
        takenAgain: 1,
        bySameSite: 0,
        medianNanos: 2000,
        soonestNanos: 2000,
        delays: [{ fromNanos: 1024, count: 1 }],
      },
      takers: {
        rows: [
          { site: "read (r.c:2)", ranges: 2 },
          { site: "unknown", ranges: 1 },
          { site: "grow (g.c:1)", ranges: 1 },
        ],
        more: 0,
      },
      soonest: [
        {
          process: "4121 grow",
          start: at(0),
          bytes: 4 * page,
          freedSeq: 4,
          takenSeq: 5,
          afterNanos: 1000,
          taker: "read (r.c:2)",
        },
        {
          process: "4122 grow",
          start: at(0),
          bytes: page,
          freedSeq: 22,
          takenSeq: 23,
          afterNanos: 1000,
          taker: "read (r.c:2)",
        },
        {
          process: "4121 grow",
          start: at(200),
          bytes: 10 * page,
          freedSeq: 15,
          takenSeq: 17,
          afterNanos: 2000,
          taker: "unknown",
        },
        {
          process: "4121 grow",
          start: at(100),
          bytes: 8 * page,
          freedSeq: 6,
          takenSeq: 10,
          afterNanos: 4000,
          taker: "grow (g.c:1)",
        },
      ],
      forgotten: 0,
    });
    expect(findings).toEqual([
      {
        sentence:
          "4 of 5 ranges that moves left were taken again (80 %), half within 1.02 µs; a stale pointer faults before that and reads other memory after it",
        advice: "Keep offsets instead of pointers into what may move",
        severity: "attention",
        numbers: { ranges: 5, takenAgain: 4, medianNanos: 1024, soonestNanos: 1000 },
        events: [5, 23, 17, 10],
      },
    ]);
  });

  it("of a recording without them are none", () => {
    const { data, findings } = staleRangesOf((script) => {
      script.start(1).maps(1, "start", maps("heap")).map(1, 0, 1).end(1);
    });
    expect(data).toEqual({
      moved: none,
      unmapped: none,
      shrunk: none,
      takers: { rows: [], more: 0 },
      soonest: [],
      forgotten: 0,
    });
    expect(findings).toEqual([]);
  });

  it("are one where the pieces of a mapping differ in protection", () => {
    const { data } = staleRangesOf((script) => {
      script.start(1).maps(1, "start", maps("heap")).map(1, 0, 4);
      script.rows({ kind: kindCodes.mprotect, args: [at(1), page, 1] });
      script.unmap(1, 0, 4).map(1, 3, 1);
    });
    expect(data.unmapped).toMatchObject({ ranges: 1, bytes: 4 * page, takenAgain: 1 });
  });

  it("belong to one process: another's memory, even a child's, does not take them", () => {
    const { data } = staleRangesOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      script.map(1, 0, 2).map(1, 10, 1).unmap(1, 0, 2);
      script.rows({ kind: kindCodes.clone, result: 4122 });
      // The child takes the place and leaves another that it has from its parent.
      script.start(2, { how: "fork", parent: 1 }).map(2, 0, 2).unmap(2, 10, 1).end(2).end(1);
    });
    expect(data.unmapped).toEqual({ ...none, ranges: 2, bytes: 3 * page, followed: 2 });
  });

  it("are not made by MREMAP_DONTUNMAP, which leaves a mapping in the old place", () => {
    const { data, findings } = staleRangesOf((script) => {
      const keep = { args: [at(0), 2 * page, 2 * page, 1 | 4, 0], result: at(20) };
      script.start(1).maps(1, "start", maps("heap")).map(1, 0, 2);
      script.rows({ kind: kindCodes.mremap, ...keep }).map(1, 40, 1);
      // The next move is one like others.
      script.move(1, 20, 2, 4, 60).map(1, 21, 1);
      // Nor does an unmap after such a call pass for a part of it.
      script.rows({ kind: kindCodes.mremap, ...keep, result: at(80) }).unmap(1, 40, 1);
    });
    expect(data.unmapped).toMatchObject({ ranges: 1, bytes: page });
    expect(data.moved).toMatchObject({ ranges: 1, bytes: 2 * page, takenAgain: 1 });
    expect(data.soonest).toMatchObject([{ start: at(20), freedSeq: 6, takenSeq: 7 }]);
    expect(findings).toMatchObject([{ numbers: { ranges: 1, takenAgain: 1, soonestNanos: 1000 } }]);
  });

  it("are not made by exec, nor by a process's end", () => {
    const { data } = staleRangesOf((script) => {
      script.start(1).maps(1, "start", maps("heap", "rw-p 0-2")).end(1, { how: "exec" });
      script.start(2, { how: "exec", pid: 4121, parent: 1 });
      script.maps(2, "exec", maps("heap")).map(2, 0, 2).end(2);
    });
    expect([data.moved, data.unmapped, data.shrunk]).toEqual([none, none, none]);
  });

  it("are listed one by one for the fifty that were taken soonest, and takers for twenty", () => {
    const { data, findings } = staleRangesOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      // Left in the order 0, 10, 20 ... and taken in the order of places from the last one on,
      // so that the last to be left is the first to be taken, after 1 µs.
      const places = Array.from({ length: 51 }, (_, i) => 10 * i);
      for (const place of places) script.map(1, place, 1);
      for (const place of places) script.move(1, place, 1, 2, 1000 + place);
      for (const [i, place] of [...places].reverse().entries()) {
        script.from(0x1000 + (i % 21)).map(1, place, 1);
      }
    }, false);
    // Place i is left at event 54 + i and taken at 155 - i, which is 101 - 2 i µs later.
    expect(data.soonest.map(({ start, afterNanos }) => [start, afterNanos])).toEqual(
      Array.from({ length: 50 }, (_, i) => [at(10 * (50 - i)), (2 * i + 1) * 1000]),
    );
    expect(findings[0]!.events).toEqual(Array.from({ length: 50 }, (_, i) => 105 + i));
    // 51 by 21 sites in turn: nine of them three times, the others twice.
    expect(data.takers.rows).toHaveLength(20);
    expect(data.takers.more).toBe(1);
    expect(data.takers.rows.slice(8, 10)).toEqual([
      { site: "0x1008", ranges: 3 },
      { site: "0x1009", ranges: 2 },
    ]);
  });
});

describe("the finding", () => {
  /** So many moves, of whose places the first is taken again after 2 µs. */
  const moves = (count: number) =>
    staleRangesOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      for (let i = 1; i < count; i += 1) {
        script.map(1, 10 * i, 1).move(1, 10 * i, 1, 2, 1000 + 10 * i);
      }
      script.map(1, 0, 1).move(1, 0, 1, 2, 1000).map(1, 500, 1).map(1, 0, 1);
    }).findings;

  it("is a matter of attention from one range in ten on", () => {
    expect(moves(10)).toMatchObject([
      {
        sentence:
          "1 of 10 ranges that moves left was taken again (10 %), half within 2 µs; a stale pointer faults before that and reads other memory after it",
        severity: "attention",
      },
    ]);
    expect(moves(11)).toMatchObject([
      { severity: "note", numbers: { ranges: 11, takenAgain: 1, soonestNanos: 2000 } },
    ]);
  });

  it("is not made of what was unmapped", () => {
    const { findings } = staleRangesOf((script) => {
      script.start(1).maps(1, "start", maps("heap")).map(1, 0, 1).unmap(1, 0, 1).map(1, 0, 1);
    });
    expect(findings).toEqual([]);
  });
});

describe("the analysis", () => {
  it("says what it answers, what it rests on, and why its limits are what they are", () => {
    const { id, title, question, basis, failure } = staleRangesOf((script) => script.start(1));
    expect({ id, title, question, basis, failure }).toEqual({
      id: "stale-ranges",
      title: "Stale ranges",
      question: "When is the old place of a mapping taken again, and by whom?",
      basis: ["events"],
      failure: undefined,
    });
    const limits = Object.entries(staleRanges.thresholds);
    expect(Object.fromEntries(limits.map(([name, { value }]) => [name, value]))).toEqual({
      takenAgain: 0.1,
    });
    expect(limits.every(([, { reason }]) => reason.length > 20)).toBe(true);
  });
});

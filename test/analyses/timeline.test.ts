/** Timeline: the whole answer by hand, and its finding on both sides of the threshold. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { timeline } from "../../src/analyses/timeline.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { at, maps, page, type Script, scripted } from "../app/replay-sample.ts";
import { readAnalyses } from "../helpers/analysed.ts";
import { namedSites } from "../helpers/named-sites.ts";

const [load, buffer] = [0x10, 0x20];
const sites = namedSites({ [load]: "load (a.c:1)", [buffer]: "buffer (b.c:2)" });

function timelineOf(write: (script: Script) => void, named = true) {
  const database = join(scripted(write), "maptrail.db");
  const options = { only: ["timeline"], ...(named && { sites }) };
  return readAnalyses(database, options).of("timeline")!;
}

const pagesOf = (...pages: readonly number[]) => pages.map((count) => count * page);

describe("timeline", () => {
  it("has what was mapped over time, by what could be done with it, and what the peak was made of", () => {
    const vdso = "7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0 [vdso]\n";
    const { data, findings } = timelineOf((script) => {
      // Pages: heap 2, unnamed 4, x.so 4, stack 16, vdso 2; together 28.
      script.start(1).maps(1, "start", maps("heap", "rw-p 0-4", "lib", "stack") + vdso);
      script.from(load).map(1, 10, 40); // 3: 68
      // 4: 71, which is less than a twentieth above 68, so that what it was made of is not walked.
      script.from(buffer).map(1, 60, 3, { args: [0, 3 * page, 0, 0x22, -1, 0] });
      script.unmap(1, 10, 20); // 5: 51
      script.rows({ kind: kindCodes.mprotect, args: [at(60), page, 3] }); // 6
      script.end(1);
    });
    expect(data).toEqual({
      processes: [
        {
          process: 1,
          name: "4121 grow",
          peakMappedBytes: 71 * page,
          peakSeq: 4,
          peakAtNanos: 4000,
          madeOf: [
            { name: "load (a.c:1)", bytes: 40 * page, regions: 1 },
            { name: "main stack", bytes: 16 * page, regions: 1 },
            { name: "anonymous memory of unknown origin", bytes: 4 * page, regions: 1 },
            { name: "x.so", bytes: 4 * page, regions: 1 },
            { name: "heap", bytes: 2 * page, regions: 1 },
            { name: "kernel", bytes: 2 * page, regions: 1 },
          ],
          madeOfSeq: 3,
          callsPerBucket: 1,
          series: {
            seq: [2, 3, 4, 5, 6],
            atNanos: [2000, 3000, 4000, 5000, 6000],
            leastMappedBytes: pagesOf(28, 68, 71, 51, 51),
            mostMappedBytes: pagesOf(28, 68, 71, 51, 51),
            // Heap, unnamed, stack; then load's 40, then 20 of them, and a page of buffer's.
            writableBytes: pagesOf(22, 62, 62, 42, 43),
            executableBytes: pagesOf(6, 6, 6, 6, 6),
            reservedBytes: pagesOf(0, 0, 3, 3, 2),
            fileBytes: pagesOf(4, 4, 4, 4, 4),
            // All but x.so, the stack and the vdso.
            anonymousBytes: pagesOf(6, 46, 49, 29, 29),
          },
        },
      ],
      moreProcesses: 0,
    });
    expect(findings).toEqual([
      {
        // 40 of 71 pages are 56.3 %.
        sentence: "at the peak of 284 KiB in 4121 grow, load (a.c:1) held 160 KiB (56 %)",
        severity: "note",
        numbers: { peakMappedBytes: 71 * page, bytes: 40 * page, regions: 1 },
        events: [4],
        process: 1,
      },
    ]);
  });

  it("of processes whose maps nobody saw is nothing", () => {
    const { data, findings } = timelineOf((script) => script.start(1).map(1, 0, 1).end(1));
    expect(data).toEqual({ processes: [], moreProcesses: 0 });
    expect(findings).toEqual([]);
  });

  it("of an empty space has nothing at its peak", () => {
    const { data, findings } = timelineOf((script) => {
      script.start(1, { startUnknown: true }).map(1, 0, 1, { result: -12 });
    });
    expect(data.processes).toMatchObject([{ peakMappedBytes: 0, madeOf: [], peakSeq: 0 }]);
    expect(findings).toEqual([]);
  });

  it("is told of the four processes with the highest peaks, in that order", () => {
    const { data, findings } = timelineOf((script) => {
      for (const [i, pages] of [3, 1, 5, 2].entries()) {
        script.start(i + 1).maps(i + 1, "start", maps(`rw-p 0-${pages}`));
      }
      script.rows({ kind: kindCodes.clone, process: 3, result: 4125 });
      // The child has 5 pages from its parent and maps one more; then it runs something small.
      script.start(5, { how: "fork", parent: 3 }).from(load).map(5, 9, 1);
      script.end(5, { how: "exec" }).start(6, { how: "exec", pid: 4125, parent: 5 });
      script.maps(6, "exec", maps("rw-p 0-1"));
    });
    const shown = data.processes.map(({ name, peakMappedBytes }) => [name, peakMappedBytes / page]);
    expect(shown).toEqual([
      ["4125 grow", 6],
      ["4123 grow", 5],
      ["4121 grow", 3],
      ["4124 grow", 2],
    ]);
    expect(data.moreProcesses).toBe(2);
    expect(findings).toMatchObject([{ process: 5, numbers: { bytes: 5 * page, regions: 1 } }]);
  });

  it("walks again at a twentieth more than the last walk", () => {
    const { data } = timelineOf((script) => {
      script.start(1).maps(1, "start", maps("rw-p 0-100"));
      script.from(load).map(1, 200, 4).map(1, 300, 1).map(1, 400, 1); // 104, 105, 106
    });
    expect(data.processes).toMatchObject([
      {
        peakSeq: 5,
        madeOfSeq: 4,
        madeOf: [{ bytes: 100 * page }, { name: "load (a.c:1)", bytes: 5 * page, regions: 2 }],
      },
    ]);
  });

  it("puts calls together where there are many", () => {
    const { data } = timelineOf((script) => {
      script.start(1).maps(1, "start", maps("rw-p 0-100"));
      // With the maps text 512 rows, so each two become one.
      const shrink = (i: number) => ({ kind: kindCodes.munmap, args: [at(i % 100), page] });
      script.rows(...Array.from({ length: 511 }, (_, i) => shrink(i)));
    });
    const [one] = data.processes;
    expect(one!.callsPerBucket).toBe(2);
    expect(one!.series.seq).toEqual(Array.from({ length: 256 }, (_, i) => 2 + 2 * i));
    expect(one!.series.atNanos[1]).toBe(4000);
    // Events 2 and 3: before and after the first page went.
    expect(one!.series.mostMappedBytes.slice(0, 2)).toEqual(pagesOf(100, 98));
    expect(one!.series.leastMappedBytes.slice(0, 2)).toEqual(pagesOf(99, 97));
    expect(one!.series.writableBytes.slice(0, 2)).toEqual(pagesOf(99, 97));
  });
});

describe("the finding", () => {
  it("is made where one place held half of the peak", () => {
    const held = (others: number) =>
      timelineOf((script) => {
        script.start(1).maps(1, "start", maps("heap"));
        script.from(load).map(1, 0, 2).map(1, 2, 6).from(buffer).map(1, 20, others);
      }).findings;
    // 8 pages of 16, beside 2 of the heap; then of 17.
    expect(held(6)).toEqual([
      {
        sentence: "at the peak of 64 KiB in 4121 grow, load (a.c:1) held 32 KiB (50 %)",
        severity: "note",
        numbers: { peakMappedBytes: 16 * page, bytes: 8 * page, regions: 2 },
        events: [5],
        process: 1,
      },
    ]);
    expect(held(7)).toEqual([]);
  });
});

describe("the analysis", () => {
  it("says what it answers, what it rests on, and why its limits are what they are", () => {
    const { id, title, question, basis, failure } = timelineOf((script) => script.start(1));
    expect({ id, title, question, basis, failure }).toEqual({
      id: "timeline",
      title: "Timeline",
      question: "How much was mapped over time, and what was the peak made of?",
      basis: ["events", "observations"],
      failure: undefined,
    });
    const limits = Object.entries(timeline.thresholds);
    expect(Object.fromEntries(limits.map(([name, { value }]) => [name, value]))).toEqual({
      share: 0.5,
    });
    expect(limits.every(([, { reason }]) => reason.length > 20)).toBe(true);
  });
});

/** Fragmentation: the whole answer by hand, and its finding on both sides of each threshold. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fragmentation } from "../../src/analyses/fragmentation.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { at, maps, page, type Script, scripted } from "../app/replay-sample.ts";
import { readAnalyses } from "../helpers/analysed.ts";

const KiB = 1024;

function fragmentationOf(write: (script: Script) => void) {
  const analyses = readAnalyses(join(scripted(write), "maptrail.db"), { only: ["fragmentation"] });
  return analyses.of("fragmentation")!;
}

describe("fragmentation", () => {
  it("has each process's gaps over time and at its end", () => {
    const { data, findings } = fragmentationOf((script) => {
      // The heap is 2 pages and lies so far below that what is between is no gap.
      script.start(1).maps(1, "start", maps("heap", "rw-p 0-4"));
      script.map(1, 6, 2).map(1, 20, 1).unmap(1, 6, 2).map(1, 10, 3);
      // Protection in the middle: two regions more, and no gap more.
      script.rows({ kind: kindCodes.mprotect, args: [at(11), page, 1] });
      script.end(1);
    });
    // Gaps are walked when more calls than four for each region have passed, and at the end:
    // so all rows but the last show what the maps text of event 2 had, no gap and 6 pages.
    expect(data).toEqual({
      processes: [
        {
          process: 1,
          name: "4121 grow",
          // 0-4, 10-13, 20-21: free are 6 and 7 pages; mapped are 2 of the heap, 4, 3 and 1.
          gaps: 2,
          gapBytes: 13 * page,
          largestGapBytes: 7 * page,
          mappedBytes: 10 * page,
          mappedShare: 10 / 23,
          leastMappedShare: 10 / 23,
          leastMappedShareSeq: 7,
          series: {
            seq: [2, 3, 4, 5, 6, 7],
            atNanos: [2000, 3000, 4000, 5000, 6000, 7000],
            gapCount: [0, 0, 0, 0, 0, 2],
            gapBytes: [0, 0, 0, 0, 0, 13 * page],
            largestGapBytes: [0, 0, 0, 0, 0, 7 * page],
            gapAreaMappedBytes: [6, 6, 6, 6, 6, 10].map((pages) => pages * page),
          },
        },
      ],
      moreProcesses: 0,
    });
    expect(findings).toEqual([]);
  });

  it("remembers when least of the span was mapped", () => {
    const { data } = fragmentationOf((script) => {
      script.start(1).maps(1, "start", maps("rw-p 0-1"));
      // 2 of 101 pages from event 3 on. With two regions the ninth call after a walk walks again.
      script.map(1, 100, 1);
      for (let i = 0; i < 9; i += 1)
        script.rows({ kind: kindCodes.madvise, args: [at(0), page, 4] });
      script.map(1, 1, 99);
    });
    const [one] = data.processes;
    expect(one).toMatchObject({ gaps: 0, gapBytes: 0, largestGapBytes: 0, mappedShare: 1 });
    expect(one).toMatchObject({ mappedBytes: 101 * page, leastMappedShare: 2 / 101 });
    // Event 3 is the first call after the walk of event 2, so event 11 is the ninth.
    expect(one!.leastMappedShareSeq).toBe(11);
    expect(one!.series.gapCount).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0]);
  });

  it("is told of the four processes with the most regions, in that order", () => {
    const { data } = fragmentationOf((script) => {
      for (const process of [1, 2, 3, 4, 5]) {
        // 3, 1, 5, 2 and 4 regions, a page apart.
        const regions = [3, 1, 5, 2, 4][process - 1]!;
        const lines = Array.from({ length: regions }, (_, i) => `rw-p ${2 * i}-${2 * i + 1}`);
        script.start(process).maps(process, "start", maps(...lines));
      }
    });
    expect(data.processes.map(({ name, gaps }) => [name, gaps])).toEqual([
      ["4123 grow", 4],
      ["4125 grow", 3],
      ["4121 grow", 2],
      ["4124 grow", 1],
    ]);
    expect(data.moreProcesses).toBe(1);
  });

  it("of a process whose maps nobody saw is nothing", () => {
    const { data, findings } = fragmentationOf((script) => script.start(1).map(1, 0, 1).end(1));
    expect(data).toEqual({ processes: [], moreProcesses: 0 });
    expect(findings).toEqual([]);
  });

  it("of a space that is empty is whole", () => {
    const { data } = fragmentationOf((script) => {
      script.start(1).maps(1, "start", maps("rw-p 0-1")).unmap(1, 0, 1).end(1);
    });
    expect(data.processes[0]).toMatchObject({ gaps: 0, mappedBytes: 0, mappedShare: 1 });
  });

  it("goes on through a fork, and ends with exec", () => {
    const { data } = fragmentationOf((script) => {
      script.start(1).maps(1, "start", maps("rw-p 0-1", "rw-p 3-4"));
      script.rows({ kind: kindCodes.clone, result: 4122 });
      // The child has what its parent had, and one gap of 5 pages more.
      script.start(2, { how: "fork", parent: 1 }).map(2, 9, 1).end(2, { how: "exec" });
      script.start(3, { how: "exec", pid: 4122, parent: 2, exe: "/bin/sort" });
      script.maps(3, "exec", maps("rw-p 0-8")).end(3).end(1);
    });
    const shown = data.processes.map(({ name, gaps, gapBytes }) => [name, gaps, gapBytes]);
    expect(shown).toEqual([
      ["4122 grow", 2, 7 * page],
      ["4121 grow", 1, 2 * page],
      ["4122 sort", 0, 0],
    ]);
  });
});

describe("the finding", () => {
  /** `gaps` gaps of `free` pages each, between regions of one page. */
  const torn = (gaps: number, free: number) =>
    fragmentationOf((script) => {
      const lines = Array.from({ length: gaps + 1 }, (_, i) => {
        const from = i * (free + 1);
        return `rw-p ${from}-${from + 1}`;
      });
      script
        .start(1)
        .maps(1, "start", maps(...lines))
        .end(1);
    }).findings;

  it("is made from a hundred gaps on", () => {
    expect(torn(99, 2)).toEqual([]);
    expect(torn(100, 2)).toEqual([
      {
        // 100 gaps of 2 pages of 4 KiB are 800 KiB; 101 of 301 pages are mapped, 33.6 %.
        sentence:
          "4121 grow ended with 100 gaps of 800 KiB between its mappings, the largest 8 KiB; 34 % of the span was mapped",
        advice: "Unmap in the order of mapping, or map in larger pieces",
        severity: "attention",
        numbers: {
          gaps: 100,
          gapBytes: 800 * KiB,
          largestGapBytes: 8 * KiB,
          mappedShare: 101 / 301,
        },
        events: [2],
        process: 1,
      },
    ]);
  });

  it("is made where less than half is mapped", () => {
    const half = (pagesOfLast: number) =>
      fragmentationOf((script) => {
        // 100 gaps of one page between 100 regions of one page and a last one.
        const lines = Array.from({ length: 100 }, (_, i) => `rw-p ${2 * i}-${2 * i + 1}`);
        lines.push(`rw-p 200-${200 + pagesOfLast}`, `rw-p 204-205`);
        script
          .start(1)
          .maps(1, "start", maps(...lines))
          .end(1);
      });
    // 101 gaps, the last of 4 less the last region's pages. Mapped 102 of 205, then 103 of 205.
    expect(half(1).data.processes[0]).toMatchObject({ gaps: 101, mappedShare: 102 / 205 });
    expect(half(1).findings).toHaveLength(1);
    expect(half(2).data.processes[0]).toMatchObject({ gaps: 101, mappedShare: 103 / 205 });
    expect(half(2).findings).toEqual([]);
  });

  it("is none where exactly half is mapped", () => {
    const halves = (last: number) =>
      fragmentationOf((script) => {
        const lines = Array.from({ length: 100 }, (_, i) => `rw-p ${2 * i}-${2 * i + 1}`);
        script
          .start(1)
          .maps(1, "start", maps(...lines, `rw-p ${last}-${last + 1}`))
          .end(1);
      });
    // 101 regions of one page; free are 99 gaps of one page and the last one.
    expect(halves(201).data.processes[0]).toMatchObject({ gaps: 100, mappedShare: 101 / 202 });
    expect(halves(201).findings).toEqual([]);
    expect(halves(202).findings).toHaveLength(1);
  });
});

describe("the analysis", () => {
  it("says what it answers, what it rests on, and why its limits are what they are", () => {
    const { id, title, question, basis, failure } = fragmentationOf((script) => script.start(1));
    expect({ id, title, question, basis, failure }).toEqual({
      id: "fragmentation",
      title: "Fragmentation",
      question: "How torn is the address space?",
      basis: ["events", "observations"],
      failure: undefined,
    });
    const limits = Object.entries(fragmentation.thresholds);
    expect(Object.fromEntries(limits.map(([name, { value }]) => [name, value]))).toEqual({
      mostGapBytes: 64 * 1024 ** 3,
      gaps: 100,
      mappedShare: 0.5,
    });
    expect(limits.every(([, { reason }]) => reason.length > 20)).toBe(true);
  });
});

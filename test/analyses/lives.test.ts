/** Lives: the whole answer by hand, and its findings on both sides of each threshold. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lives } from "../../src/analyses/lives.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { at, maps, page, type Script, scripted } from "../app/replay-sample.ts";
import { readAnalyses } from "../helpers/analysed.ts";
import { namedSites } from "../helpers/named-sites.ts";

const [load, buffer] = [0x10, 0x20];
const sites = namedSites({ [load]: "load (a.c:1)", [buffer]: "buffer (b.c:2)" });

function livesOf(write: (script: Script) => void, named = true) {
  const database = join(scripted(write), "maptrail.db");
  const options = { only: ["lives"], ...(named && { sites }) };
  return readAnalyses(database, options).of("lives")!;
}

/** A mapping that lives for a call, `count` times. In one batch, because there are hundreds. */
function churn(script: Script, count: number, pages = 1): void {
  const args = [0, pages * page, 3, 0x22, -1, 0];
  const pair = [
    { kind: kindCodes.mmap, args, result: at(0) },
    { kind: kindCodes.munmap, args: [at(0), pages * page] },
  ];
  script.rows(...Array.from({ length: count }, () => pair).flat());
}

describe("lives", () => {
  it("has each site's births, deaths, what it kept and what it mapped again", () => {
    const { data, findings } = livesOf((script) => {
      // What is found is nobody's, whether it stays or goes.
      script.start(1).maps(1, "start", maps("heap", "rw-p 500-502"));
      script.from(load).map(1, 0, 4).map(1, 10, 2);
      script.from(buffer).map(1, 20, 1).unmap(1, 20, 1); // 5, 6: lived 1,000 ns
      script.map(1, 20, 1).unmap(1, 20, 1); // 7, 8: again, lived 1,000 ns
      script.map(1, 30, 2).map(1, 40, 1); // 9: another size. 10: again what 8 unmapped
      script.from(0).unmap(1, 500, 2);
      script.from(load).move(1, 0, 4, 8, 100).move(1, 100, 8, 3, 100); // no death
      const fixed = { args: [at(10), 2 * page, 3, 0x32, -1, 0] };
      script.from(buffer).map(1, 10, 2, fixed); // 14: ends what 4 mapped, after 10,000 ns
      script.from(0).map(1, 60, 7); // 15
      script.rows({ kind: kindCodes.clone, result: 4122 });
      // Of what the child has from its parent nothing counts, of its own all does.
      script.start(2, { how: "fork", parent: 1 }).unmap(2, 60, 7);
      script.from(buffer).map(2, 70, 1).end(2, { how: "exec" }).end(1);
      // The recording ends while this runs.
      script.start(3).maps(3, "start", maps("heap")).from(load).map(3, 0, 1);
    });
    const unknown = {
      site: "unknown",
      firstSeq: 15,
      born: 1,
      bornBytes: 7 * page,
      died: 0,
      neverUnmapped: 1,
      neverUnmappedBytes: 7 * page,
      churned: 0,
      churnedBytes: 0,
      churnSeq: 0,
    };
    const ofBuffer = {
      site: "buffer (b.c:2)",
      firstSeq: 5,
      // Events 5, 7, 9, 10, 14 and the child's.
      born: 6,
      bornBytes: (1 + 1 + 2 + 1 + 2 + 1) * page,
      died: 2,
      neverUnmapped: 4,
      neverUnmappedBytes: (2 + 1 + 2 + 1) * page,
      churned: 2,
      churnedBytes: 2 * page,
      churnSeq: 7,
    };
    const ofLoad = {
      site: "load (a.c:1)",
      firstSeq: 3,
      born: 3,
      bornBytes: (4 + 2 + 1) * page,
      died: 1,
      neverUnmapped: 2,
      // The first one ended with 3 pages.
      neverUnmappedBytes: (3 + 1) * page,
      churned: 0,
      churnedBytes: 0,
      churnSeq: 0,
    };
    expect(data).toEqual({
      born: 10,
      died: 3,
      neverUnmapped: 7,
      neverUnmappedBytes: 17 * page,
      churned: 2,
      keepers: { rows: [unknown, ofBuffer, ofLoad], more: 0 },
      churners: { rows: [ofBuffer], more: 0 },
      // Of 1,000, 1,000 and 10,000 ns: the bar of the second ends at 1,024.
      medianLifeNanos: 1024,
      lifetimes: [
        { fromNanos: 512, count: 2 },
        { fromNanos: 1024, count: 0 },
        { fromNanos: 2048, count: 0 },
        { fromNanos: 4096, count: 0 },
        { fromNanos: 8192, count: 1 },
      ],
    });
    expect(findings).toEqual([
      {
        sentence: "half of the 3 unmapped mappings lived less than 1.02 µs",
        severity: "note",
        numbers: { died: 3, medianLifeNanos: 1024 },
        events: [],
      },
    ]);
  });

  it("of a recording without mappings is nothing", () => {
    const { data, findings } = livesOf((script) => script.start(1).maps(1, "start", maps("heap")));
    expect(data).toEqual({
      born: 0,
      died: 0,
      neverUnmapped: 0,
      neverUnmappedBytes: 0,
      churned: 0,
      keepers: { rows: [], more: 0 },
      churners: { rows: [], more: 0 },
      medianLifeNanos: 0,
      lifetimes: [],
    });
    expect(findings).toEqual([]);
  });

  it("counts a mapping that a maps text no longer shows as gone, and not as unmapped shortly", () => {
    const { data } = livesOf((script) => {
      script.start(1).maps(1, "start", maps("heap")).from(load).map(1, 0, 1);
      script.maps(1, "demand", maps("heap")).map(1, 0, 1).end(1);
    });
    expect(data).toMatchObject({ born: 2, died: 1, neverUnmapped: 1, churned: 0 });
  });

  it.each([
    ["a millisecond is short", 1_000_000, 1],
    ["more than that is not", 1_000_001, 0],
  ])("%s", (_, nanos, churned) => {
    const { data } = livesOf((script) => {
      script.start(1).maps(1, "start", maps("heap")).from(load);
      script.map(1, 0, 1, { at: 10_000 }).unmap(1, 0, 1, { at: 10_000 + nanos });
      script.map(1, 0, 1, { at: 20_000_000 });
    });
    expect(data.churned).toBe(churned);
  });

  it("takes as mapped again only what is as large, and only once", () => {
    const { data } = livesOf((script) => {
      script.start(1).maps(1, "start", maps("heap")).from(load);
      script.map(1, 0, 2).unmap(1, 0, 2).map(1, 0, 2).map(1, 10, 2);
      // Another site's death says nothing of this one's.
      script.from(buffer).map(1, 20, 2);
    });
    expect(data).toMatchObject({ born: 4, churned: 1 });
  });

  it("has no keeper where all was unmapped, and nothing to say where nothing was mapped again", () => {
    const { data, findings } = livesOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      script.from(load).map(1, 0, 1).unmap(1, 0, 1).from(buffer).map(1, 10, 1).end(1);
    });
    expect(data.keepers.rows.map(({ site }) => site)).toEqual(["buffer (b.c:2)"]);
    expect(data).toMatchObject({ died: 1, churned: 0 });
    expect(findings).toEqual([]);
  });

  it("keeps twenty sites of each kind, those with the most first", () => {
    const { data } = livesOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      for (let site = 1; site <= 21; site += 1) {
        script.from(site);
        // The site with the number 1 keeps 1 page, that with 21 keeps 21, and maps again as often.
        for (let i = 0; i <= site; i += 1) script.map(1, 500, 40).unmap(1, 500, 40);
        script.map(1, 1000 + 30 * site, site);
      }
    }, false);
    const numbers = Array.from({ length: 20 }, (_, i) => 21 - i);
    const names = numbers.map((site) => `0x${site.toString(16)}`);
    expect(data.keepers.rows.map(({ site }) => site)).toEqual(names);
    expect(data.churners.rows.map(({ site }) => site)).toEqual(names);
    expect(data.churners.rows.map(({ churned }) => churned)).toEqual(numbers);
    expect([data.keepers.more, data.churners.more]).toEqual([1, 1]);
    expect(data.neverUnmappedBytes).toBe(231 * page);
  });
});

describe("the finding of what is mapped again and again", () => {
  const again = (times: number) =>
    livesOf((script) => {
      script.start(1).maps(1, "start", maps("heap")).from(buffer);
      churn(script, times, 3);
    }).findings;

  it("is made from a hundred times on", () => {
    expect(again(100)).toMatchObject([{ severity: "note", numbers: { died: 100 } }]);
    expect(again(101)).toEqual([
      {
        sentence:
          "buffer (b.c:2) mapped 100 times what it had just unmapped, 12 KiB each on average",
        advice: "Keep the mapping for the next use; in malloc, raise M_MMAP_THRESHOLD",
        severity: "attention",
        numbers: { churned: 100, churnedBytes: 300 * page, born: 101 },
        // Event 3 maps, 4 unmaps, and 5 is the first again.
        events: [5],
      },
    ]);
  });

  /** A hundred times again, and so many births that were not. */
  const among = (others: number) =>
    livesOf((script) => {
      script.start(1).maps(1, "start", maps("heap")).from(buffer);
      churn(script, 101);
      const pairs = Array.from({ length: others }, (_, i) => {
        const bytes = (2 + (i % 2)) * page;
        return [
          { kind: kindCodes.mmap, args: [0, bytes, 3, 0x22, -1, 0], result: at(0) },
          { kind: kindCodes.munmap, args: [at(0), bytes] },
        ];
      });
      script.rows(...pairs.flat());
    });

  it("is made from a tenth of what the site maps on", () => {
    expect(among(899).data.churners.rows).toMatchObject([{ churned: 100, born: 1000 }]);
    expect(among(899).findings).toMatchObject([{ severity: "attention" }]);
    expect(among(900).findings).toMatchObject([{ severity: "note" }]);
  });

  it("is made of each site, the busiest first", () => {
    const { findings } = livesOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      for (const [site, times] of [
        [0x30, 100],
        [load, 101],
        [buffer, 102],
      ] as const) {
        churn(script.from(site), times);
      }
    });
    expect(findings.map(({ numbers }) => numbers["churned"])).toEqual([101, 100]);
  });
});

describe("the finding of what is never unmapped", () => {
  const kept = (count: number) =>
    livesOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      script.from(load);
      const args = [0, 2 * page, 3, 0x22, -1, 0];
      const one = (_: unknown, i: number) => ({ kind: kindCodes.mmap, args, result: at(3 * i) });
      script.rows(...Array.from({ length: count }, one));
    }).findings;

  it("is made from a hundred mappings on", () => {
    expect(kept(99)).toEqual([]);
    expect(kept(100)).toEqual([
      {
        sentence: "load (a.c:1) left 100 mappings of 800 KiB mapped to the end",
        advice: "Unmap what is no longer used, unless all of it is in use to the end",
        severity: "note",
        numbers: { neverUnmapped: 100, neverUnmappedBytes: 200 * page, born: 100 },
        events: [3],
      },
    ]);
  });
});

it("what is mapped again is told before what is kept, and then no more", () => {
  const { findings } = livesOf((script) => {
    script.start(1).maps(1, "start", maps("heap")).from(buffer);
    churn(script, 101);
    script.from(load);
    for (let i = 1; i <= 100; i += 1) script.map(1, 3 * i, 2);
  });
  expect(findings.map(({ events }) => events)).toEqual([[5], [205]]);
});

describe("the analysis", () => {
  it("says what it answers, what it rests on, and why its limits are what they are", () => {
    const { id, title, question, basis, failure } = livesOf((script) => script.start(1));
    expect({ id, title, question, basis, failure }).toEqual({
      id: "lives",
      title: "Lives",
      question: "What is never unmapped, and what is unmapped only to be mapped again?",
      basis: ["events"],
      failure: undefined,
    });
    const limits = Object.entries(lives.thresholds);
    expect(Object.fromEntries(limits.map(([name, { value }]) => [name, value]))).toEqual({
      shortLifeNanos: 1_000_000,
      churn: 100,
      churnShare: 0.1,
      kept: 100,
    });
    expect(limits.every(([, { reason }]) => reason.length > 20)).toBe(true);
  });
});

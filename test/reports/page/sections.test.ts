/** The page's parts but its tables, from a report that is made up; places worked out by hand. */
import { describe, expect, it } from "vitest";
import type { AnalysisResult, Finding } from "../../../src/analyses/analysis.ts";
import type { Picture } from "../../../src/analyses/picture/picture.ts";
import { findingsSection } from "../../../src/reports/page/findings-section.ts";
import { packPicture } from "../../../src/reports/page/pack.ts";
import { reportPage } from "../../../src/reports/page/page.ts";
import { pictureSection, processLabel } from "../../../src/reports/page/picture-section.ts";
import { stillPicture } from "../../../src/reports/page/still.ts";
import { summarySection } from "../../../src/reports/page/summary-section.ts";
import { growthOf, processOf, statsOf } from "../figures.ts";
import {
  analysesOf,
  picture,
  processPicture,
  reportOf,
  resultOf,
  verdict,
  verified,
} from "../report-sample.ts";

describe("the still picture", () => {
  // Across from 132 to 1,180 for 1,000 ns; up from 436 to 0.
  it("has folds, a path for each kind, arrows and axes", () => {
    const arrows = "M394 414.2V163.5m-4 5l4 -5l4 5M918 163.5V414.2m-4 -5l4 5l4 -5";
    const first = `<svg viewBox="0 0 1180 460" role="img"><title>Address space of grow over time</title>\
<rect class="fold" x="132" y="218" width="1048" height="43.6"/>\
<path class="kind-heap" d="M656 0h524v217.5h-524z"/>\
<path class="kind-anonymous" d="M132 348.8h524v86.7h-524zM1180 218h0.4v0.4h-0.4z"/>`;
    const { text } = stillPicture(picture, processPicture);
    expect(text.slice(0, first.length)).toBe(first);
    // The first goes from the middle of 0x1000-0x2000 to that of 0x9000-0xb000: an eighth of 0.4 to
    // 0.5 and a quarter of the half above. The second goes back from 0xa000, the same, to 0x1800.
    expect(text).toContain(`<path class="halo" d="${arrows}"/>`);
    expect(text).toContain(`<path class="arrow" d="${arrows}"/>`);
    expect(
      [...text.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, at, words]) => [at, words]),
    ).toEqual([
      ['x="124" y="432" text-anchor="end"', "0x1000"],
      ['x="124" y="243.8" text-anchor="end"', "⋯ 16 KiB ⋯"],
      ['x="124" y="214" text-anchor="end"', "0x9000"],
      ['x="341.6" y="453" text-anchor="middle"', "200 ns"],
      ['x="551.2" y="453" text-anchor="middle"', "400 ns"],
      ['x="760.8" y="453" text-anchor="middle"', "600 ns"],
      ['x="970.4" y="453" text-anchor="middle"', "800 ns"],
    ]);
    const marks = [132, 341.6, 551.2, 760.8, 970.4, 1180].map(
      (x) => `<path class="axis" d="M${x} 436v5"/>`,
    );
    for (const mark of marks) expect(text).toContain(mark);
    expect(text.match(/class="axis"/g)).toHaveLength(6);
  });

  it("has no arrows where nothing moved, and no address over another", () => {
    const bands = [
      { start: 0x1000, end: 0x2000, low: 0, high: 0.02, isFold: false },
      { start: 0x2000, end: 0x3000, low: 0.02, high: 0.04, isFold: true },
      { start: 0x3000, end: 0x4000, low: 0.04, high: 1, isFold: false },
    ];
    const { text } = stillPicture(picture, { ...processPicture, moves: [0, 0], bands });
    expect(text).not.toContain("arrow");
    // 428 and 410.5 are 12 and more apart from 416 and 398; the fold at 422.9 would be over the first.
    const shown = [...text.matchAll(/text-anchor="end">([^<]*)</g)].map(([, words]) => words);
    expect(shown).toEqual(["0x1000", "0x3000"]);
  });

  it("begins when its process did, and has no words at its very ends", () => {
    const late = {
      ...processPicture,
      fromNanos: 1000,
      toNanos: 3000,
      ranges: [0, 1],
      moves: [0, 0],
    } as const;
    const ranges = {
      ...picture.ranges,
      fromNanos: Float64Array.of(1500),
      toNanos: Float64Array.of(2000),
    };
    const { text } = stillPicture({ ...picture, ranges }, late);
    // A quarter of 1,048 from 132 on, and as much across.
    expect(text).toContain('class="kind-anonymous" d="M394 348.8h262v86.7h-262z"');
    // Steps of 500 ns: 1 µs stands at the left end and 3 µs at the right.
    const times = [...text.matchAll(/text-anchor="middle">([^<]*)</g)].map(([, words]) => words);
    expect(times).toEqual(["1.5 µs", "2.0 µs", "2.5 µs"]);
    const moment = stillPicture(picture, { ...late, toNanos: 1000, ranges: [0, 0] }).text;
    expect(moment).not.toContain('text-anchor="middle"');
  });

  it("has the two hundred arrows of the largest moves", () => {
    const length = 201;
    const moves = {
      ...picture.moves,
      length,
      atNanos: Float64Array.from({ length }, (_, i) => i),
      from: new Float64Array(length).fill(0x1000),
      to: new Float64Array(length).fill(0x9000),
      oldBytes: new Float64Array(length).fill(16),
      newBytes: Float64Array.from({ length }, (_, i) => 100 + i),
    };
    const { text } = stillPicture({ ...picture, moves }, { ...processPicture, moves: [0, 201] });
    const arrows = text
      .match(/class="arrow" d="([^"]*)"/)![1]!
      .split("M")
      .slice(1);
    expect(arrows).toHaveLength(200);
    // The smallest is the first one, at 132.
    expect(arrows.some((one) => one.startsWith("132 "))).toBe(false);
    expect(arrows[0]).toMatch(/^341\.6 /);
  });

  it("draws the largest where there are more than can be seen", () => {
    const length = 6001;
    const many = {
      ...picture,
      ranges: {
        ...picture.ranges,
        length,
        start: new Float64Array(length).fill(0x1000),
        end: Float64Array.from({ length }, (_, i) => 0x1000 + 1 + i),
        fromNanos: new Float64Array(length),
        // The smallest lives as long as the process, so that it can be told.
        toNanos: Float64Array.from({ length }, (_, i) => (i === 0 ? 1000 : i / 8)),
        kind: new Uint8Array(length),
      },
    } satisfies Picture;
    const drawn = (last: number) => {
      const { text } = stillPicture(many, { ...processPicture, ranges: [0, last] });
      return text.match(/class="kind-heap" d="([^"]*)"/)![1]!.split("z").length - 1;
    };
    expect([drawn(5999), drawn(6000), drawn(6001)]).toEqual([5999, 6000, 6000]);
    const text = (last: number) =>
      stillPicture(many, { ...processPicture, ranges: [0, last] }).text;
    expect([text(6000).includes("h1048v"), text(6001).includes("h1048v")]).toEqual([true, false]);
  });
});

describe("the packed picture", () => {
  const { facts, bytes } = packPicture(picture, ({ pid }) => `label ${pid}`);

  it("has facts in words", () => {
    const { kinds, columns, ...rest } = facts;
    expect(rest).toEqual({
      processes: [
        {
          ...{ process: 1, label: "label 4121", fromNanos: 0, toNanos: 1000 },
          ...{ ranges: [0, 3], moves: [0, 2], bands: processPicture.bands },
        },
      ],
      calls: ["", "mmap"],
      gains: ["found", "mapped", "grown", "moved", "duplicated", "left behind"],
      losses: [
        ...["then unmapped", "then mapped over", "then given back by a shrink", "then moved away"],
        ...["then grown", "then gone without a call", "until its process ended"],
        ...["still there at the end", "then of another protection"],
      ],
      sites: ["", "main (a.c:1)"],
    });
    expect(kinds.slice(0, 3)).toEqual([
      { name: "heap", word: "heap (brk)", isHollow: false },
      { name: "anonymous", word: "anonymous", isHollow: false },
      { name: "reserved", word: "reserved (no access)", isHollow: true },
    ]);
    expect(columns.map(({ name }) => name).sort()).toEqual(
      [
        ...[
          "start",
          "end",
          "fromNanos",
          "toNanos",
          "bySeq",
          "mapping",
          "site",
          "kind",
          "call",
          "gain",
          "loss",
        ],
        ...["seq", "atNanos", "durationNanos", "from", "to", "oldBytes", "newBytes", "site"].map(
          (one) => `move.${one}`,
        ),
      ].sort(),
    );
  });

  it("has every column where it is said to be, and none over another", () => {
    const types = { Float64: Float64Array, Uint32: Uint32Array, Uint8: Uint8Array };
    const values = new Map(
      facts.columns.map(({ name, type, offsetBytes, length }) => {
        const column = new types[type](bytes.slice(offsetBytes).buffer, 0, length);
        expect(offsetBytes % column.BYTES_PER_ELEMENT).toBe(0);
        return [name, [...column]];
      }),
    );
    expect(values.get("start")).toEqual([0x1000, 0x9000, 0x9000]);
    expect(values.get("mapping")).toEqual([7, 8, 9]);
    expect(values.get("loss")).toEqual([0, 7, 8]);
    expect(values.get("move.durationNanos")).toEqual([31, 32]);
    expect(values.get("move.site")).toEqual([1, 0]);
    expect(values.get("move.from")).toEqual([0x1000, 0x9000]);
    // 5 columns of 3 doubles, 2 of 3 words, 4 of 3 bytes; 7 of 2 doubles and one of 2 words.
    expect(bytes.length).toBe(5 * 24 + 2 * 12 + 4 * 3 + 7 * 16 + 8);
  });
});

describe("the picture's section", () => {
  const section = (more: Partial<Picture> = {}) =>
    pictureSection(reportOf({ picture: { ...picture, ...more } })).text;

  it("has the kinds that are drawn, moves and how many ranges there are", () => {
    const text = section();
    const legend = [...text.matchAll(/<li>.*?<\/svg>([^<]*)<\/li>/g)].map(([, words]) => words);
    expect(legend).toEqual(["heap (brk)", "anonymous", "moved to another address"]);
    expect(text).toContain('<rect class="kind-heap" width="14" height="14"/>');
    expect(text).toContain("previous move");
    expect(text).not.toContain("<select");
    expect(text).toContain(
      '<p class="note" id="picture-note">Each rectangle is a range that a mapping lived in: time across, addresses up, empty spans folded. <span',
    );
    const still = section({ moveCount: 0 });
    expect(still).not.toContain("previous move");
    expect(still).not.toContain("moved to another address");
  });

  it("says how many are drawn, down to which size", () => {
    expect(section({ rangeCount: 12_345 })).toContain(
      '<p class="note" id="picture-note">Of 12,345 ranges the 3 largest are drawn, down to 1 B. Each rectangle',
    );
  });

  it("has a choice of processes where there are several", () => {
    const other = { ...processPicture, pid: 9, program: "<sh>", rangeCount: 1, moveCount: 0 };
    const text = section({ processes: [processPicture, other] });
    expect(text).toContain(
      "<option>4121 grow: 3 ranges, 2 moves</option><option>9 &lt;sh&gt;: 1 range</option></select>",
    );
    expect(text).toContain(">It begins with 4121 grow. Each rectangle");
    expect(processLabel({ ...other, moveCount: 1 })).toBe("9 <sh>: 1 range, 1 move");
  });

  it("says that there is none where nothing could be replayed", () => {
    const text = section({ processes: [] });
    expect(text).toContain("No address space could be replayed");
    expect(text).not.toContain("<svg");
  });
});

describe("the findings", () => {
  const finding = (
    sentence: string,
    severity: Finding["severity"],
    more: Partial<Finding> = {},
  ): Finding => {
    return { sentence, severity, numbers: {}, events: [], ...more };
  };
  const bars = {
    lifetimes: [
      { fromNanos: 1, count: 1 },
      { fromNanos: 2, count: 1 },
    ],
  };
  const text = (...results: readonly AnalysisResult[]) =>
    findingsSection(reportOf({ analyses: analysesOf(...results) })).text;

  it("stand by analysis, the worst first, and among equals in their order", () => {
    const order = text(
      resultOf("good", { findings: [finding("g", "good")] }),
      resultOf("silent"),
      resultOf("failed", { failure: "it <broke>" }),
      resultOf("note 1", { findings: [finding("n", "note")] }),
      resultOf("bad", { findings: [finding("n", "note"), finding("b", "bad")] }),
      resultOf("note 2", { findings: [finding("n", "note")] }),
      resultOf("attention", { findings: [finding("a", "attention")] }),
    );
    const questions = [...order.matchAll(/<p class="question">([^<]*)</g)].map(
      ([, words]) => words,
    );
    expect(questions).toEqual(["bad?", "attention?", "note 1?", "note 2?", "good?", "failed?"]);
    expect(order).toContain('<p class="bad">No result: it &lt;broke&gt;</p>');
    expect(order).toMatch(/^<section><h2>What stands out<\/h2>/);
    expect(order).not.toContain("Nothing stands out here");
  });

  it("have their sign, advice and first six events", () => {
    const events = Array.from({ length: 1206 }, (_, i) => i + 1);
    const one = finding("it took 3 ms", "attention", { advice: "do <less>", events });
    const plain = finding("n", "note", { events: [7] });
    const shown = text(resultOf("x", { findings: [one, plain], basis: ["events", "inference"] }));
    expect(shown).toContain(
      '<li><span class="sign attention" aria-hidden="true">▲</span><h3>it took 3\u00a0ms</h3><p class="advice">do &lt;less&gt;.</p><p class="events">@1 @2 @3 @4 @5 @6 and 1,200 more</p></li>',
    );
    expect(shown).toContain(
      '<li><span class="sign quiet" aria-hidden="true">·</span><h3>n</h3><p class="events">@7</p></li>',
    );
    expect(shown).toContain('<p class="basis">Rests on events, inference.</p>');
    expect(text(resultOf("x", { findings: [finding("n", "note")] }))).not.toContain('events">');
    const six = finding("n", "note", { events: events.slice(0, 6) });
    expect(text(resultOf("x", { findings: [six] }))).toContain(">@1 @2 @3 @4 @5 @6</p>");
  });

  it("have a picture beside them, and those without findings have theirs alone", () => {
    const told = text(resultOf("lives", { data: bars, findings: [finding("n", "note")] }));
    expect(told).toMatch(/<\/div>\n<figure><svg class="plot"/);
    const silent = text(resultOf("lives", { data: bars }), resultOf("hardening"));
    expect(silent).toMatch(
      /^<section><h2>Nothing stands out here<\/h2><div class="plots"><figure><p class="question">lives\?<\/p><svg/,
    );
    expect(silent.match(/<figure>/g)).toHaveLength(1);
    expect(text()).toBe("");
  });
});

describe("the summary", () => {
  const figures = (report: Parameters<typeof reportOf>[0]) =>
    [
      ...summarySection(reportOf(report)).text.matchAll(
        /<div><dt>(.*?)<\/dt><dd class="value">(.*?)<\/dd>(?:<dd class="note">(.*?)<\/dd>)?<\/div>/g,
      ),
    ].map(([, term, value, note]) => [term, value, note]);

  it("has the program, the sentence, three lines of trust and three figures", () => {
    const stats = statsOf({ peakMappedBytes: 231 * 1024 ** 2, peakRegions: 1412 });
    const { text } = summarySection(reportOf({ stats, damage: ["3 events could not be read"] }));
    expect(text).toContain(
      '<p class="what"><code>python3 grow.py</code>&ensp;exit 0, 1.84 s, 12,431 events, recorded 2025-11-23 14:20 UTC</p>',
    );
    expect(text).toContain(
      "<h1>430 of 512 growths moved (84\u00a0%), 2 refused; 3.1\u00a0ms in mremap</h1>",
    );
    expect(
      [...text.matchAll(/<p class="trust (\w+)">([^<]*)</g)].map(([, role, words]) => [
        role,
        words,
      ]),
    ).toEqual([
      ["good", "exact: 1 of 1 process equals the kernel&#39;s maps"],
      ["good", "covered: every call of 1 process"],
      ["bad", "3 events could not be read"],
    ]);
    expect(figures({ stats })).toEqual([
      ["Growths that moved", "84 %", "430 of 512"],
      ["Time in mremap", "3.1 ms", "0.2 % of 1.84 s"],
      ["Peak mapped", "231 MiB", "in 1,412 regions"],
    ]);
  });

  it("says so where there is no figure", () => {
    const { recording } = statsOf();
    const stats = statsOf({
      calls: {},
      growth: growthOf(),
      recording: { ...recording, durationNanos: null, exit: null },
    });
    expect(figures({ stats })).toEqual([
      ["Growths that moved", "none", "nothing asked for more"],
      ["Time in mremap", "none", undefined],
      ["Peak mapped", "unknown", undefined],
    ]);
    expect(summarySection(reportOf({ stats })).text).toContain(
      "&ensp;12,431 events, recorded 2025-11-23 14:20 UTC</p>",
    );
    const timeless = statsOf({
      recording: { ...recording, durationNanos: 0 },
      peakMappedBytes: 4096,
    });
    expect(figures({ stats: timeless }).slice(1)).toEqual([
      ["Time in mremap", "3.1 ms", undefined],
      ["Peak mapped", "4 KiB", undefined],
    ]);
  });

  it("counts what the program placed itself and what was refused among what was asked for", () => {
    const one = { count: 1, bytes: 1, nanos: 1 };
    const growth = growthOf({
      inPlace: one,
      moved: one,
      relocated: one,
      refused: one,
      shrunk: one,
    });
    expect(figures({ stats: statsOf({ growth }) })[0]).toEqual([
      "Growths that moved",
      "25 %",
      "1 of 4",
    ]);
  });

  it("has the colour of its doubts", () => {
    const roles = (report: Parameters<typeof reportOf>[0]) =>
      [...summarySection(reportOf(report)).text.matchAll(/<p class="trust (\w+)">/g)].map(
        ([, role]) => role,
      );
    expect(roles({ verify: { ...verified, diverged: 1 } })).toEqual(["bad", "good"]);
    const doubt = { ...verdict, status: "unverifiable", reason: "x" } as const;
    expect(
      roles({ verify: { ...verified, unverifiable: 1, exact: 0, processes: [doubt] } }),
    ).toEqual(["attention", "good"]);
    expect(roles({ verify: { ...verified, processes: [] } })).toEqual(["attention", "good"]);
    expect(roles({ stats: statsOf({ dropped: 1 }) })).toEqual(["good", "attention"]);
  });
});

describe("the page", () => {
  const tools = {
    sha256: (text: string) => `hash of ${text.length}`,
    gzip: (bytes: Uint8Array) => bytes,
  };
  const page = (more: Parameters<typeof reportOf>[0] = {}) => reportPage(reportOf(more), tools);

  it("allows its one script and its one style sheet by their hashes", () => {
    const text = page();
    const between = (from: string, to: string) => text.split(from).at(-1)!.split(to)[0]!;
    const style = text.split("<style>")[1]!.split("</style>")[0]!;
    const script = between("<script>", "</script>");
    expect(text).toContain(
      `content="default-src 'none'; script-src 'sha256-hash of ${script.length}'; style-src 'sha256-hash of ${style.length}'; base-uri 'none'; form-action 'none'">`,
    );
    expect(text).toContain(
      "<title>python3 grow.py: 430 of 512 growths moved (84 %), 2 refused; 3.1 ms in mremap</title>",
    );
    expect(text).toContain(
      "<footer>maptrail 9.8.7, recording 3, in <code>/home/ada</code>. Moved pages are not copied",
    );
  });

  it("carries the picture's columns, and none where there is no picture", () => {
    const { facts, bytes } = packPicture(picture, processLabel);
    const text = page();
    const block = (id: string) => text.split(`id="${id}">`)[1]?.split("</script>")[0];
    expect(JSON.parse(block("picture-facts")!)).toEqual(JSON.parse(JSON.stringify(facts)));
    expect([...Buffer.from(block("picture-data")!, "base64")]).toEqual([...bytes]);
    const none = page({ picture: { ...picture, processes: [] } });
    expect(none).not.toContain('picture-data">');
  });

  it("says of an import what it was made from", () => {
    const { recording } = statsOf();
    const stats = statsOf({
      recording: { ...recording, source: "strace" },
      processes: [processOf(1)],
    });
    expect(page({ stats })).toContain("recording 3, imported from strace, in <code>");
  });
});

/** A diff in text, Markdown and HTML, from one result that is made up and whose figures all differ. */
import { describe, expect, it } from "vitest";
import type { DiffResult } from "../../../src/analyses/diff/diff.ts";
import type { SiteChange } from "../../../src/analyses/diff/diff-sites.ts";
import type { MetricChange } from "../../../src/analyses/diff/metrics.ts";
import { createStyle, plainStyle } from "../../../src/base/style.ts";
import { diffText } from "../../../src/reports/diff/diff.ts";
import { diffHtml } from "../../../src/reports/diff/diff-html.ts";
import { diffMarkdown } from "../../../src/reports/diff/diff-markdown.ts";
import { statsOf } from "../figures.ts";
import { ascii, colours, painted } from "../painted.ts";

const { recording, coverage } = statsOf();
const side = { recording, coverage, dropped: 0, damage: [] };

const metric = (
  name: string,
  unit: MetricChange["unit"],
  a: number | null,
  b: number | null,
  changePercent: number | null,
): MetricChange => {
  return { name, unit, a, b, change: a === null || b === null ? null : b - a, changePercent };
};

const figures = { count: 0, failed: 0, nanos: 1, growths: 0, moved: 0, refused: 0, firstSeq: 1 };
const site = (more: Partial<SiteChange>): SiteChange => {
  return {
    program: "sed",
    call: "mremap",
    site: "unknown",
    status: "changed",
    a: null,
    b: null,
    ...more,
  };
};

const result: DiffResult = {
  a: { ...side, database: "a.db", verify: "exact" },
  b: {
    ...side,
    database: "b\u001b.db",
    verify: "diverged",
    recording: { ...recording, id: 4, exit: null, durationNanos: null },
  },
  metrics: [
    metric("growths", "count", 500, 512, 2.4),
    metric("moved", "count", 12, 430, 3483.3),
    metric("moved-share", "share", 2.4, 84, 3400),
    metric("refused", "count", 4, 1, -75),
    metric("mremap-time", "nanos", 3_100_000, 3_100_000, 0),
    metric("peak", "bytes", null, 64 * 1024 ** 2, null),
    metric("brk", "count", 0, 9, null),
    metric("nothing", "count", 0, 0, 0),
    metric("point", "share", 2, 3, 50),
  ],
  matchedBy: "name",
  sites: [
    site({ site: "grow (g.c:1)", status: "new", b: { ...figures, count: 7, moved: 3 } }),
    site({ status: "gone", a: { ...figures, count: 1200, failed: 8 }, program: "" }),
    site({
      site: "x\u001b",
      call: "mmap",
      a: { ...figures, count: 5, moved: 1, refused: 2, failed: 2 },
      b: { ...figures, count: 6, moved: 1, refused: 0, failed: 0 },
    }),
    site({ status: "same", a: figures, b: figures }),
  ],
  growths: [
    {
      ...{ program: "sed", call: "mremap", site: "grow (g.c:1)", sizeClassBytes: 65_536 },
      ...{ pairs: 1100, same: 3, onlyA: 2, onlyB: 4 },
      turns: [
        { from: "inPlace", to: "moved", count: 1000, firstSeqA: 10, firstSeqB: 11 },
        { from: "moved", to: "refused", count: 5, firstSeqA: 12, firstSeqB: 13 },
      ],
    },
    {
      ...{ program: "sed", call: "brk", site: "unknown", sizeClassBytes: 0 },
      ...{ pairs: 1, same: 0, onlyA: 0, onlyB: 0 },
      turns: [{ from: "shrunk", to: "inPlace", count: 1, firstSeqA: 14, firstSeqB: 15 }],
    },
  ],
  conditions: [
    {
      condition: "moved>+10%",
      metric: "moved",
      status: "met",
      a: 12,
      b: 430,
      change: 418,
      changePercent: 3483.3,
      unit: "count",
    },
    {
      condition: "mremap-time>+0",
      metric: "mremap-time",
      status: "clear",
      a: 3_100_000,
      b: 3_100_000,
      change: 0,
      changePercent: 0,
      unit: "nanos",
    },
    {
      condition: "peak>+1%",
      metric: "peak",
      status: "unknown",
      a: null,
      b: 1,
      change: null,
      changePercent: null,
      unit: "bytes",
    },
  ],
  cautions: ["B is not fini\u001bshed"],
};

const sentence =
  "moved growths 12 → 430 (of 500 → 512); mremap 3.1 ms in both; peak not known → 64 MiB";

/** As many sites that differ, and as many turns, as are asked for. */
const many = (count: number): DiffResult => ({
  ...result,
  sites: Array.from({ length: count }, (_, i) =>
    site({ site: `s${i}`, status: "new", b: { ...figures, count: 1 } }),
  ),
  growths: [
    {
      ...result.growths[0]!,
      turns: Array.from({ length: count }, () => result.growths[0]!.turns[0]!),
    },
  ],
});
const bare: DiffResult = {
  ...result,
  sites: [],
  growths: [],
  conditions: [],
  cautions: [],
  metrics: result.metrics.map((one) => ({ ...one, a: 0, b: 0 })),
};

describe("the text", () => {
  it("has the sentence, the sides, figures, sites, growths and conditions", () => {
    expect(painted(diffText(result, colours))).toEqual({
      text: `\
${sentence}
A  recording 3 in a.db   python3 grow.py   exit 0   1.84 s   exact
B  recording 4 in b\\x1b.db   python3 grow.py   diverged
caution: B is not fini\\x1bshed

                     A       B      change
growths            500     512         +12        +2.4 %
moved               12     430        +418      +3,483 %
moved-share      2.4 %    84 %  +82 points      +3,400 %
refused              4       1          −3         −75 %
mremap-time     3.1 ms  3.1 ms
peak         not known  64 MiB
brk                  0       9          +9  from nothing
point              2 %     3 %    +1 point         +50 %

sites: 1 new, 1 gone, 1 changed, 1 the same
  ● new      grow (g.c:1) in sed  mremap 7, moved 3
  ○ gone     unknown program      mremap 1,200, failed 8
    changed  x\\x1b in sed         mmap 5 → 6, moved 1, refused 2 → 0

1,101 growths paired by site, size and order, 3 with the same outcome; 2 only in A; 4 only in B
  grow (g.c:1) in sed  mremap of 64 KiB to 128 KiB  1,000 + ⇢ → in place, now moved; first @10 in A, @11 in B
  grow (g.c:1) in sed  mremap of 64 KiB to 128 KiB  5 → ⇢ × moved, now refused; first @12 in A, @13 in B
  sed                  brk                          1 − ⇢ + shrunk, now in place; first @14 in A, @15 in B

met      moved>+10%      12 → 430 (+418, +3,483 %)
clear    mremap-time>+0  3.1 ms → 3.1 ms (no change)
unknown  peak>+1%        cannot be told: a figure is missing in one of the two`,
      roles: [
        `strong ${sentence}`,
        "attention caution: B is not fini\\x1bshed",
        ...["A", "B", "change"].map((name) => `quiet ${name}`),
        ...["quiet +12", "quiet +2.4 %", "attention +418", "quiet +3,483 %"],
        ...["attention +82 points", "quiet +3,400 %", "good −3", "quiet −75 %"],
        ...["quiet +9", "quiet from nothing", "quiet +1 point", "quiet +50 %"],
        ...["quiet ●", "quiet ○"],
        ...["good +", "attention →", "attention →", "bad ×", "quiet −", "good +"],
        ...["bad met", "good clear", "bad unknown"],
      ],
    });
  });

  it("speaks ASCII where there is nothing else", () => {
    const text = diffText({ ...result, matchedBy: "call" }, ascii);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
    expect(text).toMatch(/^[\u0000-\u007f]*$/);
    expect(text).toContain("moved growths 12 -> 430 (of 500 -> 512)");
    expect(text).toContain("calls by program: 1 new");
    expect(text).toContain("1,000 + to > in place, now moved");
    expect(text).toContain("mmap 5 -> 6");
    expect(text).toContain("-75 %");
    expect(text).toContain("12 -> 430 (+418");
  });

  it("has twelve sites and eight growths, and is cut to the terminal", () => {
    const tail = (count: number) =>
      diffText(many(count), plainStyle)
        .split("\n")
        .filter((line) => line.includes("see --json"));
    expect(tail(8)).toEqual([]);
    expect(tail(9)).toEqual(["  and 1 more: see --json"]);
    expect(tail(12)).toEqual(["  and 4 more: see --json"]);
    expect(tail(1513)).toEqual(["  and 1,501 more: see --json", "  and 1,505 more: see --json"]);
    const narrow = createStyle({ colour: false, unicode: true, width: 30 });
    expect(diffText(result, narrow).split("\n")[0]).toBe("moved growths 12 → 430 (of 50…");
  });

  it("paints more as worse where it is, and less as better", () => {
    const role = (name: string, a: number, b: number | null) => {
      const metrics = [...bare.metrics, metric(name, "count", a, b, 1)];
      return painted(diffText({ ...bare, metrics }, colours))
        .roles.slice(4)
        .map((one) => one.split(" ")[0]);
    };
    for (const name of ["moved", "moved-share", "refused", "failed", "peak", "regions"]) {
      expect([name, role(name, 1, 2)[0], role(name, 2, 1)[0]]).toEqual([name, "attention", "good"]);
    }
    expect([role("growths", 1, 2)[0], role("growths", 2, 1)[0]]).toEqual(["quiet", "quiet"]);
    expect([role("moved", 2, 2), role("moved", 2, null)]).toEqual([[], []]);
  });

  it("has no block of what there is nothing of", () => {
    expect(diffText(bare, plainStyle).split("\n").slice(3)).toEqual([
      "",
      "sites: 0 new, 0 gone, 0 changed, 0 the same",
    ]);
  });
});

describe("the Markdown", () => {
  it("has the same in tables", () => {
    expect(diffMarkdown(result)).toBe(`\
**${sentence}**

- A: \`recording 3 in a.db   python3 grow.py   exit 0   1.84 s   exact\`
- B: \`recording 4 in b\\x1b.db   python3 grow.py   diverged\`
- caution: B is not fini\\\\x1bshed

|  | fails on | figures |
|---|---|---|
| **met** | \`moved>+10%\` | 12 → 430 (+418, +3,483 %) |
| clear | \`mremap-time>+0\` | 3.1 ms → 3.1 ms (no change) |
| **unknown** | \`peak>+1%\` | cannot be told: a figure is missing in one of the two |

|  | A | B | change |  |
|---|---:|---:|---:|---:|
| growths | 500 | 512 | +12 | +2.4 % |
| moved | 12 | 430 | +418 | +3,483 % |
| moved-share | 2.4 % | 84 % | +82 points | +3,400 % |
| refused | 4 | 1 | −3 | −75 % |
| mremap-time | 3.1 ms | 3.1 ms |  |  |
| peak | not known | 64 MiB |  |  |
| brk | 0 | 9 | +9 | from nothing |
| point | 2 % | 3 % | +1 point | +50 % |

|  | site | calls |
|---|---|---|
| new | \`grow (g.c:1) in sed\` | mremap 7, moved 3 |
| gone | \`unknown program\` | mremap 1,200, failed 8 |
| changed | \`x\\x1b in sed\` | mmap 5 → 6, moved 1, refused 2 → 0 |

1,101 growths paired by site, size and order, 3 with the same outcome; 2 only in A; 4 only in B

| site | size |  |
|---|---|---|
| \`grow (g.c:1) in sed\` | mremap of 64 KiB to 128 KiB | 1,000 + ⇢ → in place, now moved; first @<!-- -->10 in A, @<!-- -->11 in B |
| \`grow (g.c:1) in sed\` | mremap of 64 KiB to 128 KiB | 5 → ⇢ × moved, now refused; first @<!-- -->12 in A, @<!-- -->13 in B |
| \`sed\` | brk | 1 − ⇢ + shrunk, now in place; first @<!-- -->14 in A, @<!-- -->15 in B |
`);
  });

  it("has thirty rows of sites and of growths", () => {
    const rows = (count: number) => diffMarkdown(many(count)).split("\n");
    const more = (count: number) => rows(count).filter((line) => line.startsWith("and "));
    expect(more(30)).toEqual([]);
    expect(more(31)).toEqual(["and 1 more", "and 1 more"]);
    expect(more(1531)).toEqual(["and 1,501 more", "and 1,501 more"]);
    expect(rows(31).filter((line) => line.startsWith("| new |"))).toHaveLength(30);
    expect(rows(31).filter((line) => line.includes("now moved"))).toHaveLength(30);
  });

  it("has no table of what there is nothing of", () => {
    expect(diffMarkdown(bare).split("\n\n")).toHaveLength(2);
    const paired = { ...bare, growths: [{ ...result.growths[0]!, turns: [] }] };
    expect(diffMarkdown(paired)).toMatch(/\n\n1,100 growths paired .*; 4 only in B\n$/);
  });
});

describe("the page", () => {
  const page = (one: DiffResult) => diffHtml(one, () => "HASH");

  it("has the same in tables, and runs and loads nothing", () => {
    const html = page(result);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">\n/);
    expect(html).toContain(
      `content="default-src 'none'; style-src 'sha256-HASH'; base-uri 'none'; form-action 'none'"`,
    );
    expect(html.slice(html.indexOf("<body>"))).toBe(`<body>
<h1>${sentence}</h1>
<p>A: <code>recording 3 in a.db   python3 grow.py   exit 0   1.84 s   exact</code></p>
<p>B: <code>recording 4 in b\\x1b.db   python3 grow.py   diverged</code></p>
<p class="caution">B is not fini\\x1bshed</p>
<h2>Conditions</h2>
<table><thead><tr><th scope="col"></th><th scope="col">fails on</th><th scope="col">figures</th></tr></thead><tbody>
<tr><td class="met">met</td><td><code>moved&gt;+10%</code></td><td>12 → 430 (+418, +3,483 %)</td></tr>
<tr><td>clear</td><td><code>mremap-time&gt;+0</code></td><td>3.1 ms → 3.1 ms (no change)</td></tr>
<tr><td class="met">unknown</td><td><code>peak&gt;+1%</code></td><td>cannot be told: a figure is missing in one of the two</td></tr>
</tbody></table>
<h2>Figures</h2>
<table><thead><tr><th scope="col"></th><th scope="col" class="n">A</th><th scope="col" class="n">B</th><th scope="col" class="n">change</th><th scope="col" class="n"></th></tr></thead><tbody>
<tr><td>growths</td><td class="n">500</td><td class="n">512</td><td class="n">+12</td><td class="n">+2.4 %</td></tr>
<tr><td>moved</td><td class="n">12</td><td class="n">430</td><td class="n">+418</td><td class="n">+3,483 %</td></tr>
<tr><td>moved-share</td><td class="n">2.4 %</td><td class="n">84 %</td><td class="n">+82 points</td><td class="n">+3,400 %</td></tr>
<tr><td>refused</td><td class="n">4</td><td class="n">1</td><td class="n">−3</td><td class="n">−75 %</td></tr>
<tr><td>mremap-time</td><td class="n">3.1 ms</td><td class="n">3.1 ms</td><td class="n"></td><td class="n"></td></tr>
<tr><td>peak</td><td class="n">not known</td><td class="n">64 MiB</td><td class="n"></td><td class="n"></td></tr>
<tr><td>brk</td><td class="n">0</td><td class="n">9</td><td class="n">+9</td><td class="n">from nothing</td></tr>
<tr><td>point</td><td class="n">2 %</td><td class="n">3 %</td><td class="n">+1 point</td><td class="n">+50 %</td></tr>
</tbody></table>
<h2>Sites that differ</h2>
<table><thead><tr><th scope="col"></th><th scope="col">site</th><th scope="col">calls</th></tr></thead><tbody>
<tr><td>new</td><td><code>grow (g.c:1) in sed</code></td><td>mremap 7, moved 3</td></tr>
<tr><td>gone</td><td><code>unknown program</code></td><td>mremap 1,200, failed 8</td></tr>
<tr><td>changed</td><td><code>x\\x1b in sed</code></td><td>mmap 5 → 6, moved 1, refused 2 → 0</td></tr>
</tbody></table>
<h2>1,101 growths paired by site, size and order, 3 with the same outcome; 2 only in A; 4 only in B</h2>
<table><thead><tr><th scope="col">site</th><th scope="col">size</th><th scope="col">outcome</th></tr></thead><tbody>
<tr><td><code>grow (g.c:1) in sed</code></td><td>mremap of 64 KiB to 128 KiB</td><td>1,000 + ⇢ → in place, now moved; first @10 in A, @11 in B</td></tr>
<tr><td><code>grow (g.c:1) in sed</code></td><td>mremap of 64 KiB to 128 KiB</td><td>5 → ⇢ × moved, now refused; first @12 in A, @13 in B</td></tr>
<tr><td><code>sed</code></td><td>brk</td><td>1 − ⇢ + shrunk, now in place; first @14 in A, @15 in B</td></tr>
</tbody></table>

</body>
</html>
`);
  });

  it("has no table of what there is nothing of", () => {
    expect(page(bare)).not.toContain("<table>");
    expect(page(bare)).not.toContain("<h2>");
  });
});

/** The page's tables: every column's figure where it belongs. */
import { describe, expect, it } from "vitest";
import type { Analyses } from "../../../src/analyses/answers.ts";
import type { GrowthGroup } from "../../../src/analyses/growth-ledger.ts";
import type { ProcessFigures, StatsResult } from "../../../src/analyses/stats.ts";
import type { ProcessVerdict } from "../../../src/analyses/verify.ts";
import { tablesSection } from "../../../src/reports/page/tables-section.ts";
import type { ReportResult } from "../../../src/reports/report/report.ts";
import { outcomesOf } from "../../analyses/growths.ts";
import { growthOf, processOf, statsOf } from "../figures.ts";

interface Page {
  readonly stats?: Partial<StatsResult>;
  readonly verdicts?: readonly Pick<ProcessVerdict, "process" | "status">[];
  readonly sites?: readonly GrowthGroup[];
  readonly moreSites?: number;
}

/** The markup of the tables of a recording of which nothing else is known. */
function markup({ stats, verdicts = [], sites, moreSites = 0 }: Page): string {
  const bySite = { rows: sites ?? [], more: moreSites };
  const ledger = sites && { id: "growth-ledger", data: { bySite } };
  const report: Pick<ReportResult, "stats" | "verify" | "analyses"> = {
    stats: statsOf({ calls: {}, growth: growthOf(), processes: [], ...stats }),
    verify: { processes: verdicts } as ReportResult["verify"],
    analyses: {
      of: (id: string) => (id === "growth-ledger" ? ledger : undefined),
    } as Analyses,
  };
  return tablesSection(report as ReportResult).text;
}

type Row = Readonly<Record<string, string>>;

interface Table {
  readonly title: string;
  readonly caption: string;
  /** What the cells show, by the names of their columns. */
  readonly rows: readonly Row[];
  /** What numbers sort by. */
  readonly values: readonly Row[];
  readonly note: string;
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1]!);
}

/** By column: the text or the sorting value of each row's cells. */
function rowsOf(text: string, columns: readonly string[], cell: RegExp): Row[] {
  return matches(text, /<tr>(<td.*?)<\/tr>/gs).map((row) => {
    const cells = row.split("</td>").slice(0, -1);
    const entries = columns.map((name, i) => [name, cell.exec(cells[i]!)?.[1]] as const);
    return Object.fromEntries(entries.filter((entry) => entry[1] !== undefined)) as Row;
  });
}

function tablesOf(text: string): Table[] {
  return matches(text, /<section>(.*?)<\/section>/gs).map((section) => {
    const columns = matches(section, /<th scope[^>]*>(.*?)<\/th>/g);
    return {
      title: matches(section, /<h2>(.*?)<\/h2>/g).join(),
      caption: matches(section, /<caption[^>]*>(.*?)<\/caption>/g).join(),
      rows: rowsOf(section, columns, />([^>]*)$/),
      values: rowsOf(section, columns, /data-value="(.*?)"/),
      note: matches(section, /<p class="note">(.*?)<\/p>/g).join(),
    };
  });
}

describe("the table of growths", () => {
  it("has a row for each outcome that there was", () => {
    const growth = growthOf({
      inPlace: { count: 4000, bytes: 5 * 1024, nanos: 8_000_000 },
      moved: { count: 2, bytes: 6 * 1024 ** 2, nanos: 700 },
      relocated: { count: 3, bytes: 0, nanos: 0 },
      refused: { count: 5, bytes: 9, nanos: 11_000 },
      duplicated: { count: 1, bytes: 13, nanos: 17 },
    });
    expect(tablesOf(markup({ stats: { growth } }))).toEqual([
      {
        title: "Growths",
        caption: "What became of calls that asked for more",
        rows: [
          { outcome: "in place", count: "4,000", by: "5 KiB", time: "8 ms", each: "2 µs" },
          { outcome: "moved", count: "2", by: "6 MiB", time: "700 ns", each: "350 ns" },
          { outcome: "relocated", count: "3", by: "", time: "", each: "" },
          { outcome: "refused", count: "5", by: "9 B", time: "11 µs", each: "2.2 µs" },
          { outcome: "duplicated", count: "1", by: "13 B", time: "17 ns", each: "17 ns" },
        ],
        values: [
          { count: "4000", by: "5120", time: "8000000", each: "2000" },
          { count: "2", by: "6291456", time: "700", each: "350" },
          { count: "3", by: "0", time: "0", each: "0" },
          { count: "5", by: "9", time: "11000", each: "2200" },
          { count: "1", by: "13", time: "17", each: "17" },
        ],
        note: "",
      },
    ]);
  });
});

describe("the table of who asked", () => {
  const site: GrowthGroup = {
    name: "grow<T> (g.rs:1)",
    firstSeq: 1,
    growths: 1234,
    outcomes: outcomesOf({ inPlace: 21, moved: 32, relocated: 54, refused: 43 }),
    askedBytes: 55 * 1024,
    movedPages: 99,
    time: { medianNanos: 66_000, p99Nanos: 7_700_000, longestNanos: 8, totalNanos: 9 },
  };

  it("has the growth ledger's sites, and how many more there are", () => {
    expect(tablesOf(markup({ sites: [site], moreSites: 4321 }))).toEqual([
      {
        title: "Who asked",
        caption: "Growths by site",
        rows: [
          {
            site: "grow&lt;T&gt; (g.rs:1)",
            growths: "1,234",
            "in place": "21",
            moved: "32",
            refused: "43",
            "asked for": "55 KiB",
            median: "66 µs",
            p99: "7.7 ms",
          },
        ],
        values: [
          {
            growths: "1234",
            "in place": "21",
            moved: "32",
            refused: "43",
            "asked for": "56320",
            median: "66000",
            p99: "7700000",
          },
        ],
        note: "and 4,321 more",
      },
    ]);
    expect(tablesOf(markup({ sites: [site] }))[0]?.note).toBe("");
  });
});

describe("the table of calls", () => {
  it("has those made most often first", () => {
    const calls = {
      brk: { count: 3, failed: 1, nanos: 600 },
      mmap: { count: 2000, failed: 0, nanos: 5_000_000 },
    };
    expect(tablesOf(markup({ stats: { calls } }))).toEqual([
      {
        title: "Calls",
        caption: "Calls by name",
        rows: [
          { call: "mmap", count: "2,000", failed: "", time: "5 ms", each: "2.5 µs" },
          { call: "brk", count: "3", failed: "1", time: "600 ns", each: "200 ns" },
        ],
        values: [
          { count: "2000", failed: "0", time: "5000000", each: "2500" },
          { count: "3", failed: "1", time: "600", each: "200" },
        ],
        note: "",
      },
    ]);
  });
});

describe("the table of processes", () => {
  it("has the busiest first, and what is known of each", () => {
    const processes = [
      processOf(1, {
        ...{ argv: ["/usr/bin/sort", "-k", "2"], calls: 12, moved: 5, failed: 7 },
        coverage: { status: "partial", reasons: [] },
      }),
      processOf(2, { argv: ["cat"], calls: 2300, moved: 0, failed: 1 }),
    ];
    const verdicts = [{ process: 2, status: "exact" }] as const;
    expect(tablesOf(markup({ stats: { processes }, verdicts }))).toEqual([
      {
        title: "Processes",
        caption: "Processes",
        rows: [
          {
            ...{ pid: "4122", program: "cat", command: "cat", calls: "2,300", moved: "" },
            ...{ failed: "1", end: "exit 0", "covered, verified": "full, exact" },
          },
          {
            ...{ pid: "4121", program: "sort", command: "sort -k 2", calls: "12", moved: "5" },
            ...{ failed: "7", end: "exit 0", "covered, verified": "partial, not replayed" },
          },
        ],
        values: [
          { pid: "4122", calls: "2300", moved: "0", failed: "1" },
          { pid: "4121", calls: "12", moved: "5", failed: "7" },
        ],
        note: "",
      },
    ]);
  });

  const at = { atNanos: 9 };
  it.each<[ProcessFigures["end"], string]>([
    [null, "not seen"],
    [{ how: "exit", status: 3, ...at }, "exit 3"],
    [{ how: "killed", signal: 9, ...at }, "killed by SIGKILL"],
    [{ how: "exec", status: 0, ...at }, "exec"],
    [{ how: "running", ...at }, "still running"],
    [{ how: "unknown", ...at }, "unknown"],
  ])("tells of the end %j", (end, text) => {
    const [table] = tablesOf(markup({ stats: { processes: [processOf(1, { end })] } }));
    expect(table?.rows[0]?.["end"]).toBe(text);
  });

  const many = (count: number) =>
    markup({ stats: { processes: Array.from({ length: count }, (_, i) => processOf(i + 1)) } });

  it("cuts a command that is too long", () => {
    const argv = ["prog", "x".repeat(100)];
    const [table] = tablesOf(markup({ stats: { processes: [processOf(1, { argv })] } }));
    expect(table?.rows[0]?.["command"]).toBe(`prog ${"x".repeat(72)}...`);
  });

  it("is open up to twenty, and a thousand long at the most", () => {
    expect(many(20)).not.toContain("<details>");
    expect(many(21)).toContain("<details><summary>21 processes, the busiest first</summary>");
    const [full] = tablesOf(many(1000));
    expect([full?.rows.length, full?.note]).toEqual([1000, ""]);
    const [cut] = tablesOf(many(1002));
    expect([cut?.rows.length, cut?.note]).toEqual([1000, "and 2 more"]);
    expect(many(1002)).toContain("<summary>1,002 processes, the busiest first</summary>");
  });
});

it("stand in their order, and without rows are none", () => {
  expect(tablesOf(markup({}))).toEqual([]);
  const every = markup({
    stats: {
      growth: growthOf({ moved: { count: 1, bytes: 1, nanos: 1 } }),
      calls: { mmap: { count: 1, failed: 0, nanos: 1 } },
      processes: [processOf(1)],
    },
    sites: [
      {
        ...{ name: "a", firstSeq: 1, growths: 1, outcomes: outcomesOf({}), askedBytes: 1 },
        ...{ movedPages: 1, time: { medianNanos: 1, p99Nanos: 1, longestNanos: 1, totalNanos: 1 } },
      },
    ],
  });
  expect(tablesOf(every).map(({ title }) => title)).toEqual([
    ...["Growths", "Who asked", "Calls", "Processes"],
  ]);
});

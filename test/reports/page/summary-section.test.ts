/** What stands first on the page: the sentence, the trust, three figures. */
import { describe, expect, it } from "vitest";
import { summarySection } from "../../../src/reports/page/summary-section.ts";
import { growthOf, statsOf } from "../figures.ts";
import { reportOf, verdict, verified } from "../report-sample.ts";

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

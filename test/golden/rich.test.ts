/**
 * What `stats --full` and each format of `report` say of the rich recording, to the letter. Whether the
 * figures are right is asked by rich-figures.test.ts, which counts them over the events in another way.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { examine } from "../../src/app/passes/examination.ts";
import { makeReport, reportText } from "../../src/app/report.ts";
import { plainStyle } from "../../src/base/style.ts";
import type { ReportResult } from "../../src/reports/report/report.ts";
import { analysesText } from "../../src/reports/sections/text.ts";
import { statsText } from "../../src/reports/stats.ts";
import { richDatabase, richSites } from "../helpers/rich-recording.ts";
import { open } from "../store/helpers.ts";
import { expectGolden, prettyJson } from "./golden.ts";
import { pageText } from "./page-text.ts";

describe("the rich recording", () => {
  let report: ReportResult;
  let full: string;

  beforeEach(() => {
    const store = open(richDatabase(), "read");
    const row = store.recording();
    const reader = store.reader(row.id);
    const options = { sites: richSites };
    report = { ...makeReport(row, reader, options), toolVersion: "VERSION" };
    const { stats, analyses } = examine(row, reader, { analyses: options });
    const { findings } = analyses;
    const shown = { stats, findings, blockers: analyses.of("blockers")?.data };
    full = `${statsText(shown, plainStyle)}\n\n${analysesText(analyses, plainStyle)}\n`;
  });

  it("as the text of stats --full", () => {
    expectGolden("rich/stats-full.txt", full);
  });

  it("as a report in text, which has all of that and the pictures", async () => {
    const text = await reportText(report, "text");
    expectGolden("rich/report.txt", text);
    for (const block of full.trimEnd().split("\n\n")) expect(text).toContain(block);
  });

  it("as a report in Markdown", async () => {
    expectGolden("rich/report.md", await reportText(report, "md"));
  });

  it("as a report in JSON", async () => {
    expectGolden("rich/report.json.txt", prettyJson(await reportText(report, "json")));
  });

  it("as what the page says", async () => {
    expectGolden("rich/page.txt", `${pageText(await reportText(report, "html"))}\n`);
  });
});

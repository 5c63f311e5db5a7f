/** `maptrail report`: one result for all formats, names that stay text, mistakes that are told. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/analyses/analysis.ts";
import { examine } from "../../src/app/passes/examination.ts";
import { makeReport, reportText, showReport } from "../../src/app/report.ts";
import type { ReportResult } from "../../src/reports/report/report.ts";
import { hostile, hostileReport } from "../helpers/hostile.ts";
import { open } from "../store/helpers.ts";
import { maps, type Script, scripted } from "./replay-sample.ts";
import { captureIo } from "./sample.ts";

function growing(script: Script): void {
  script
    .start(1)
    .maps(1, "start", maps("heap", "rw-p 0-4", "lib", "stack"))
    .map(1, 100, 4)
    .move(1, 100, 4, 8, 200)
    .move(1, 200, 8, 12, 200)
    .unmap(1, 200, 12)
    .maps(1, "exit", maps("heap", "rw-p 0-4", "lib", "stack"))
    .end(1);
}

function reportOf(folder: string): ReportResult {
  const store = open(join(folder, "maptrail.db"), "read");
  const row = store.recording();
  return makeReport(row, store.reader(row.id));
}

describe("the result", () => {
  it("says in one pass what stats and verify say in theirs", () => {
    const folder = scripted(growing);
    const report = reportOf(folder);
    const store = open(join(folder, "maptrail.db"), "read");
    const row = store.recording();
    const { stats, verify, analyses } = examine(row, store.reader(row.id), { analyses: {} });
    expect(report.stats).toEqual(stats);
    expect(report.verify).toEqual(verify);
    expect(report.analyses.results).toEqual(analyses.results);
    expect(report.verify.status).toBe("exact");
    expect(report.picture.moveCount).toBe(1);
    expect(report.growthPoints.points.map(({ outcome }) => outcome)).toEqual(["moved", "inPlace"]);
    expect(report.analyses.of("growth-ledger")?.findings.length).toBe(1);
  });

  it("is told in every format by the same sentence and the same figures", async () => {
    const report = reportOf(scripted(growing));
    const texts = await Promise.all(
      (["html", "md", "text"] as const).map((format) => reportText(report, format)),
    );
    for (const text of texts) {
      expect(text).toContain("1 of 2 growths moved (50 %)");
      const apostrophe = text.startsWith("<!doctype") ? "&#39;" : "'";
      expect(text).toContain(`exact: 1 of 1 process equals the kernel${apostrophe}s maps`);
      expect(text.endsWith("\n")).toBe(true);
    }
    const json = JSON.parse(await reportText(report, "json")) as ReportResult & {
      readonly findings: readonly Finding[];
    };
    expect(json.stats).toEqual(report.stats);
    expect(json.findings).toEqual(report.analyses.findings);
    expect(json.picture.rangeCount).toBe(report.picture.rangeCount);
  });

  it("begins with what stood in the way most often", async () => {
    const script = (one: Script): void => {
      one.start(1).maps(1, "start", maps("heap", "rw-p 0-4", "lib", "stack"));
      // Two mappings that one file stands above, and one with a neighbour of no name.
      one.map(1, 0xfe, 2).move(1, 0xfe, 2, 4, 300).map(1, 0xfe, 2).move(1, 0xfe, 2, 4, 310);
      one.map(1, 400, 2).map(1, 402, 1).move(1, 400, 2, 4, 320).end(1);
    };
    const text = await reportText(reportOf(scripted(script)), "md");
    expect(text).toMatch(/^## 3 of 3 growths moved \(100 %\), 2 of them blocked by x\.so; /);
  });

  it("of an empty recording is told as well", async () => {
    const report = reportOf(scripted(() => undefined));
    for (const format of ["html", "md", "json", "text"] as const) {
      expect(await reportText(report, format)).toContain("no call was recorded");
    }
  });
});

describe("maptrail report", () => {
  it("chooses the format by the file's name and writes the whole of it or nothing", async () => {
    const folder = scripted(growing);
    const io = captureIo(folder);
    expect(await showReport({ output: "r.md" }, io)).toBe(0);
    expect(readFileSync(join(folder, "r.md"), "utf8")).toMatch(/^## 1 of 2 growths moved/);
    expect(io.errText()).toMatch(/^wrote r\.md, /);
    await expect(showReport({ output: "no/where/r.md" }, io)).rejects.toThrow(
      /"no\/where\/r\.md" cannot be written \(ENOENT\)/,
    );
    writeFileSync(join(folder, "f"), "");
    await expect(showReport({ output: "f/r.html" }, io)).rejects.toThrow(/"f\/r\.html"/);
    expect(readdirSync(folder).filter((name) => name.includes("part"))).toEqual([]);
  });

  it("quotes a format that there is not", async () => {
    const io = captureIo(scripted(growing));
    await expect(async () => showReport({ format: "pdf" }, io)).rejects.toThrow(
      '--format takes html, md, json, text, not "pdf"',
    );
  });

  it("tells in every format of events that cannot be read, and ends with 3", async () => {
    const folder = scripted(growing);
    const database = new Sqlite(join(folder, "maptrail.db"));
    for (const trigger of database
      .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'trigger'")
      .all()) {
      database.exec(`DROP TRIGGER "${trigger.name}"`);
    }
    database.exec("UPDATE chunk SET bytes = zeroblob(40)");
    database.close();
    for (const format of ["html", "md", "json", "text"]) {
      const io = captureIo(folder);
      expect(await showReport({ format }, io)).toBe(3);
      expect(io.outText()).toMatch(/events? could not be read/);
      expect(io.errText()).toMatch(/events? could not be read/);
    }
  });
});

describe("names from a recording", () => {
  it("stay text in Markdown: no HTML, no table cell, no fence is opened or closed by them", async () => {
    const text = await reportText(hostileReport(), "md");
    // Code spans hold whatever they like; outside of them nothing may be left that Markdown reads.
    const outside = text.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "CODE");
    expect(outside).not.toMatch(/<script|<img|\]\(|=cmd/);
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202e");
    for (const line of text.split("\n").filter((one) => one.startsWith("|"))) {
      expect(line).toMatch(/^\|.*\|$/);
    }
    const rows = text.slice(text.indexOf("| pid |")).split("\n\n")[0]!.split("\n");
    const cells = (row: string): number => row.match(/(?<!\\)\|/g)?.length ?? 0;
    expect(new Set(rows.map(cells)).size).toBe(1);
  });

  it("stay text in a terminal", async () => {
    const text = await reportText(hostileReport(), "text");
    expect(text).toContain("\\x1b[31m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it("come back from JSON as they were", async () => {
    const json = JSON.parse(await reportText(hostileReport(), "json")) as ReportResult;
    expect(json.stats.recording.command[0]).toBe(hostile);
  });

  it("stay text in the page: it has no element but those that it should have", async () => {
    const text = await reportText(hostileReport(), "html");
    const tags = new Set([...text.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name]) => name));
    expect(tags.has("img")).toBe(false);
    expect([...text.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual([
      '<script type="application/json" id="picture-facts">',
      '<script type="application/octet-stream" id="picture-data">',
      "<script>",
    ]);
    expect([...text.matchAll(/<\/script>/g)].length).toBe(3);
  });
});

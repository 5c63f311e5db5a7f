/** The measured part of report.ts: `report-child.js DB FILE` writes the page and prints ReportFigures as JSON. */
import { writeFileSync } from "node:fs";
import { makeReport, reportText } from "../src/app/report.ts";
import { callSites } from "../src/sites/call-sites.ts";
import { openStore } from "../src/store/open.ts";

export interface ReportFigures {
  readonly seconds: number;
  /** CPU time of all threads, which other programs do not affect. */
  readonly processorSeconds: number;
  readonly mostResidentBytes: number;
  readonly pageBytes: number;
  readonly drawnRanges: number;
  readonly ranges: number;
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const [path = "", file = ""] = process.argv.slice(2);
const began = performance.now();
const store = openStore(path);
const row = store.recording();
const reader = store.reader(row.id);
const report = makeReport(row, reader, { sites: callSites(reader, row) });
const text = await reportText(report, "html");
writeFileSync(file, text);
const figures: ReportFigures = {
  seconds: (performance.now() - began) / 1e3,
  processorSeconds: processorSeconds(),
  mostResidentBytes: process.resourceUsage().maxRSS * 1024,
  pageBytes: Buffer.byteLength(text),
  drawnRanges: report.picture.ranges.length,
  ranges: report.picture.rangeCount,
};
store.close();
process.stdout.write(JSON.stringify(figures));

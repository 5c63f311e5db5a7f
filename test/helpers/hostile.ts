/** Names that try to be markup, code, formulas or terminal commands, and a report that is full of them. */
import { join } from "node:path";
import { makeReport } from "../../src/app/report.ts";
import type { ReportResult } from "../../src/reports/report/report.ts";
import { maps, type Script, scripted } from "../app/replay-sample.ts";
import { open } from "../store/helpers.ts";

/** What each format may trip over; the last but one is what invalid UTF-8 becomes. */
export const hostile = [
  "=cmd()|' /C calc'!A0",
  '</title></script><script>window.hacked = "name"</script>',
  "<img src=x onerror='window.hacked = 1'>",
  `"' onload="window.hacked = 2`,
  "`` ` ``` | a \\| b",
  "[link](javascript:window.hacked=3) @ada #12 https://example.org www.example.org",
  "line\nfeed\r\t\u001b[31m\u0007\u009b31m",
  "\ufffd\u202etxt.exe",
  "$" + "{window.hacked = 4} {{hacked}} <!-- --> ]]> &lt;",
].join(" ");

function write(script: Script): void {
  script
    .start(1, { exe: `/tmp/${hostile}`, argv: [hostile, hostile] })
    .maps(1, "start", maps("heap", "rw-p 0-4", "stack"))
    .from(0x7f00_0010_0123)
    .map(1, 100, 4)
    .move(1, 100, 4, 8, 200)
    .maps(1, "exit", maps("heap", "rw-p 0-4", "rw-p 200-208", "stack"))
    .end(1);
}

/** Program, arguments, sites and folder of this report are all hostile. */
export function hostileReport(): ReportResult {
  const folder = scripted(write);
  const store = open(join(folder, "maptrail.db"), "read");
  const row = { ...store.recording(), command: [hostile, hostile], cwd: `/tmp/${hostile}` };
  return makeReport(row, store.reader(row.id), {
    sites: { siteOf: () => 1, name: () => hostile },
  });
}

/** Cost of the report of a long recording, and the performance of its page in a browser. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openStore } from "../src/store/open.ts";
import { chromiumPath } from "../test/helpers/chromium.ts";
import { type Figure, spreadOf } from "./figures.ts";
import type { Bench, Group, Outcome } from "./group.ts";
import { writeHistory } from "./history.ts";
import type { ReportFigures } from "./report-child.ts";
import { measurePage, type PageFigures } from "./report-page.ts";

const MiB = 1024 ** 2;
const live = 6000;

async function makePage(path: string, file: string): Promise<ReportFigures> {
  // In its own process, so that its memory is that of the report alone.
  const child = join(import.meta.dirname, "report-child.js");
  const { stdout } = await promisify(execFile)(process.execPath, [child, path, file]);
  return JSON.parse(stdout) as ReportFigures;
}

function reportFigures(runs: readonly ReportFigures[]): Figure[] {
  const figure = (
    name: string,
    values: readonly number[],
    unit: string,
    decimals: number,
    limit?: number,
  ): Figure => {
    const goal = limit === undefined ? {} : { goal: atMost(limit) };
    return { name, way: "", unit, decimals, value: spreadOf(values), ...goal };
  };
  return [
    figure(
      "html of the recording",
      runs.map(({ seconds }) => seconds),
      "s",
      2,
      10,
    ),
    figure(
      "its processor time",
      runs.map(({ processorSeconds }) => processorSeconds),
      "s",
      2,
    ),
    figure(
      "most resident",
      runs.map((run) => run.mostResidentBytes / MiB),
      "MiB",
      0,
      500,
    ),
    figure(
      "size of the page",
      runs.map(({ pageBytes }) => pageBytes / MiB),
      "MiB",
      1,
    ),
  ];
}

const atMost = (limit: number): Figure["goal"] => ({ of: "value", is: "at most", limit });
const atLeast = (limit: number): Figure["goal"] => ({ of: "value", is: "at least", limit });

function pageFigures(runs: readonly PageFigures[]): Figure[] {
  const common = { way: "chromium", decimals: 1 };
  const load = spreadOf(runs.map(({ loadSeconds }) => loadSeconds));
  const whole = spreadOf(runs.map(({ wholeFrames }) => wholeFrames));
  const near = spreadOf(runs.map(({ nearFrames }) => nearFrames));
  return [
    { name: "page drawn", ...common, decimals: 2, unit: "s", value: load, goal: atMost(2) },
    { name: "panning, all in sight", ...common, unit: "frames/s", value: whole, goal: atLeast(30) },
    {
      name: "panning, a tenth in sight",
      ...common,
      unit: "frames/s",
      value: near,
      goal: atLeast(30),
    },
  ];
}

async function benchReport({ quick, rounds }: Bench): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-bench-report-"));
  try {
    const path = join(folder, "report.db");
    const file = join(folder, "report.html");
    const events = quick ? 800_000 : 5_000_000;
    const store = openStore(path, { mode: "create" });
    writeHistory(store, events, live);
    store.close();
    const runs: ReportFigures[] = [];
    const pages: PageFigures[] = [];
    for (let round = 0; round < Math.min(rounds, 3); round++) {
      runs.push(await makePage(path, file));
      if (chromiumPath() !== undefined) pages.push(await measurePage(file, quick ? 1 : 3));
    }
    const missing: Figure = {
      ...{ name: "page drawn", way: "chromium", unit: "s", decimals: 2 },
      missing: "needs chromium",
    };
    const { drawnRanges = 0, ranges = 0 } = runs[0] ?? {};
    const notes = [`${events} events; ${ranges} ranges, ${drawnRanges} of them in the page`];
    const shown = pages.length > 0 ? pageFigures(pages) : [missing];
    return { figures: [...reportFigures(runs), ...shown], notes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const report: Group = {
  name: "report",
  title: "Report of a long recording, and its page in a browser",
  run: benchReport,
};

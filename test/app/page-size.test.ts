/** A recording of a machine with pages of 64 KiB, as ppc64 and some arm64 kernels have them. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyse } from "../../src/app/passes/analyse.ts";
import { checkRecording } from "../../src/app/passes/check-facts.ts";
import { readDiffSide } from "../../src/app/passes/diff-side.ts";
import { examine } from "../../src/app/passes/examination.ts";
import { makeReport } from "../../src/app/report.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { plotOf } from "../../src/reports/sections/plots.ts";
import { callSites } from "../../src/sites/call-sites.ts";
import { batchOf, type EventRow } from "../store/batches.ts";
import { appendStart, meta, open, scratch, startOf, summary } from "../store/helpers.ts";

const page = 0x1_0000;
const base = 0x7fff_8000_0000;
const { mmap, mremap } = kindCodes;

function recordingOf(rows: readonly EventRow[]) {
  const store = open(join(scratch(), "maptrail.db"));
  const writer = store.writer(store.createRecording(meta));
  appendStart(writer, startOf(1, { pageBytes: page }));
  writer.append(batchOf(rows));
  writer.finish(summary);
  const row = store.recording();
  return { row, reader: store.reader(row.id) };
}

/** One mremap within the first page, which grows nothing, and one from one page to three, which moves. */
const small: EventRow[] = [
  { kind: mmap, args: [0, 5000, 3, 0x22, -1, 0], result: base },
  { kind: mremap, args: [base, 5000, 50_000, 1, 0], result: base },
  { kind: mremap, args: [base, 50_000, 150_000, 1, 0], result: base + 2 ** 31 },
];
const unchanged = { count: 1, bytes: 0 };
const moved = { count: 1, bytes: 2 * page };

describe("a recording with pages of 64 KiB", () => {
  it("has growths in its own pages, whoever counts them", () => {
    const { row, reader } = recordingOf(small);
    const sites = callSites(reader, row);
    const { growth } = examine(row, reader).stats;
    expect(growth).toMatchObject({ unchanged, moved });
    expect(makeReport(row, reader).stats.growth).toMatchObject({ unchanged, moved });
    const side = readDiffSide("maptrail.db", { row, reader }, sites);
    expect(side.stats.growth).toMatchObject({ unchanged, moved });
    // One of one growth moved; counted in pages of 4 KiB it would be one of two.
    const check = checkRecording({ row, reader }, { "max-moved-share": 60 }, sites);
    expect(check.status).toBe("broken");
  });

  it("draws growths and sizes their classes in its own pages", () => {
    const { row, reader } = recordingOf(small);
    const { points } = makeReport(row, reader).growthPoints;
    expect(points.map(({ bytes, outcome }) => [bytes, outcome])).toEqual([[2 * page, "moved"]]);
    const { classes } = readDiffSide("maptrail.db", { row, reader }, callSites(reader, row));
    expect(classes.map(({ sizeClassBytes }) => sizeClassBytes)).toEqual([page, page, 2 * page]);
  });

  it("draws the fit of what moves cost through the moves that it was made from", () => {
    // 1 µs and 100 ns a page, exactly: the fit must pass through each point.
    const moves = [1, 2, 4, 8, 16, 32, 64].flatMap((pages, i): EventRow[] => {
      const from = base + i * 2 ** 32;
      const bytes = pages * page;
      return [
        { kind: mmap, args: [0, bytes, 3, 0x22, -1, 0], result: from },
        {
          kind: mremap,
          args: [from, bytes, 2 * bytes, 1, 0],
          result: from + 2 ** 31,
          duration: 1000 + 100 * pages,
        },
      ];
    });
    const { row, reader } = recordingOf(moves);
    const report = makeReport(row, reader);
    const cost = analyse(row, reader, { only: ["move-cost"] }).results[0]!;
    const facts = {
      growthPoints: report.growthPoints,
      durationNanos: report.picture.durationNanos,
    };
    const markup = plotOf(cost, facts)!.text;
    const heights = (d: string): [number, number] => [
      Number(d.split(" ")[0]),
      Number(d.split(" ")[1]),
    ];
    const fit = /class="fit" d="M([^"]+)"/.exec(markup)![1]!.split("L").map(heights);
    const marks = [...markup.matchAll(/M([\d.]+ [\d.]+)m-4 0h8/g)].map(([, at]) => heights(at!));
    expect(marks).toHaveLength(7);
    expect(fit[0]![1]).toBeCloseTo(marks[0]![1], 0);
    expect(fit.at(-1)![1]).toBeCloseTo(marks.at(-1)![1], 0);
  });
});

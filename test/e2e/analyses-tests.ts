/** What every analysis keeps to, over the recording of fixtures, whole and cut off. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Analyses } from "../../src/analyses/answers.ts";
import { analysisIds } from "../../src/analyses/catalogue.ts";
import { growthOutcomes } from "../../src/analyses/recorders/growth.ts";
import { analyse, analysing } from "../../src/app/passes/analyse.ts";
import { examine } from "../../src/app/passes/examination.ts";
import { kernelFeaturesOf } from "../../src/replay/kernel-features.ts";
import { Replay } from "../../src/replay/replay.ts";
import { openStore } from "../../src/store/open.ts";
import type { RecordingReader } from "../../src/store/reader.ts";
import type { RecordingRow } from "../../src/store/recordings.ts";
import { fixtureCases } from "../helpers/fixture-cases.ts";
import { record } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { ofTier, type Tier } from "../helpers/tiers.ts";
import { missingReason, titled } from "../helpers/tools.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-analyses-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function expectSound(analyses: Analyses, events: number): void {
  expect(analyses.results.map(({ id }) => id)).toEqual(analysisIds);
  for (const { id, failure, findings } of analyses.results) {
    expect(failure, id).toBeUndefined();
    for (const finding of findings) {
      expect(finding.sentence, id).toMatch(/^\S.*[^.\s]$/);
      expect(finding.sentence, id).not.toMatch(/NaN|undefined|Infinity/);
      expect(finding.events.length, id).toBeLessThanOrEqual(100);
      for (const seq of finding.events) {
        expect(seq >= 1 && seq <= events, `${id} @${seq}`).toBe(true);
      }
      for (const [name, value] of Object.entries(finding.numbers)) {
        expect(Number.isFinite(value), `${id} ${name}`).toBe(true);
      }
    }
  }
  // What JSON cannot hold would be null there.
  const numbers = JSON.stringify(analyses.results);
  expect(JSON.parse(numbers)).toEqual(JSON.parse(JSON.stringify(JSON.parse(numbers))));
}

/** The analyses of the first half of the events alone. */
function ofHalf(row: RecordingRow, reader: RecordingReader): Analyses {
  const fold = analysing(row, reader, {});
  const replay = new Replay(reader, { features: kernelFeaturesOf(row), ...fold.replayOptions });
  const last = Math.floor(row.eventCount / 2);
  for (const batch of reader.chunks({ toSeq: last })) replay.feed(batch);
  return fold.conclude(replay);
}

async function check(database: string): Promise<void> {
  const store = openStore(database, { mode: "read" });
  try {
    const row = store.recording();
    const reader = store.reader(row.id);
    const analyses = analyse(row, reader);
    expectSound(analyses, row.eventCount);
    expect(JSON.stringify(analyse(row, reader).results)).toBe(JSON.stringify(analyses.results));
    expectSound(ofHalf(row, reader), row.eventCount);
    // Counted by the pass and by the fold beside it.
    const { stats } = examine(row, reader);
    const { outcomes } = analyses.of("growth-ledger")!.data;
    for (const outcome of growthOutcomes) {
      const { count, bytes, totalNanos: nanos } = outcomes[outcome];
      expect({ count, bytes, nanos }, outcome).toEqual(stats.growth[outcome]);
    }
    const largest = analyses.of("timeline")!.data.processes[0];
    expect(largest?.peakMappedBytes).toBe(stats.peakMappedBytes);
    const budget = analyses.of("map-budget")!.data.processes;
    expect(Math.max(0, ...budget.map((one) => one.peakMergedRegions))).toBe(stats.peakRegions ?? 0);
  } finally {
    store.close();
  }
}

export function analysesTests(tier: Tier): void {
  describe("every analysis over", () => {
    for (const item of ofTier(tier, fixtureCases)) {
      const reason = missingReason(item.needs ?? []);
      it.skipIf(reason !== undefined)(titled(item.name, reason), async () => {
        const work = join(folder, item.name);
        await mkdir(work, { recursive: true });
        const database = join(folder, `${item.name}.db`);
        const command = [await buildProgram(item.program), ...(item.args?.(work) ?? [])];
        await record(database, command, { cwd: work });
        await check(database);
      });
    }
  });
}

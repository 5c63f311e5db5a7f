/** A recording as exporters see it. */

import { growthOutcomes } from "../../analyses/recorders/growth.ts";
import type { EventBatch } from "../../events/batch.ts";
import type { ExportedTotals, ExportSource, MeasuredBatch } from "../../formats/export/exporter.ts";
import { eventTexts } from "../../listing/event-json.ts";
import { kernelFeaturesOf } from "../../replay/kernel-features.ts";
import { Replay } from "../../replay/replay.ts";
import { residencyIntervals } from "../../replay/residency-intervals.ts";
import { type CallSites, callSites } from "../../sites/call-sites.ts";
import { functionName } from "../../sites/code-frame.ts";
import { eventContext } from "../../store/event-context.ts";
import type { OpenRecording } from "../open/database.ts";
import { examine } from "./examination.ts";

export function exportSource({ reader, row }: OpenRecording): ExportSource {
  const context = eventContext(reader);
  const { id, command, startedAtUnixNanos, source } = row;
  let known: CallSites | undefined;
  let texts: ReturnType<typeof eventTexts> | undefined;
  const sites = (): CallSites => {
    known ??= callSites(reader, row);
    return known;
  };
  return {
    recording: {
      id,
      command,
      startedAtUnixNanos,
      durationNanos: row.durationNanos ?? context.durationNanos,
      source,
    },
    processes: context.processes,
    pageBytes: context.pageBytes,
    eventCount: context.eventCount,
    batches: () => reader.chunks(),
    pathOf: context.pathOf,
    stackNumberOf: (batch, index) => sites().stackNumberOf(batch, index),
    stackOf: (stack) =>
      sites()
        .stack(stack)
        .frames.map((frame) => ({
          name: functionName(frame),
          file: frame.file,
          line: frame.line,
        })),
    eventJson: (batch, index) => {
      texts ??= eventTexts(context, { sites: sites(), stacks: false });
      return texts(batch, index);
    },
    residencyIntervals: () => residencyIntervals(reader, row),
    measured: () =>
      measured(reader.chunks(), new Replay(reader, { features: kernelFeaturesOf(row) })),
    totals: () => totals({ reader, row }),
  };
}

function* measured(batches: Iterable<EventBatch>, replay: Replay): Generator<MeasuredBatch> {
  for (const batch of batches) {
    const mappedBytes = new Float64Array(batch.length).fill(Number.NaN);
    const regions = new Float64Array(batch.length).fill(Number.NaN);
    for (let row = 0; row < batch.length; row++) {
      replay.feed(batch, row, row + 1);
      const space = replay.spaceOf(batch.process[row]!);
      if (space === undefined) continue;
      mappedBytes[row] = space.mappedBytes;
      regions[row] = space.mergedCount;
    }
    yield { batch, mappedBytes, regions };
  }
}

function totals({ reader, row }: Pick<OpenRecording, "reader" | "row">): ExportedTotals {
  const { stats } = examine(row, reader);
  return {
    calls: Object.entries(stats.calls).map(([call, figures]) => ({ call, ...figures })),
    growths: growthOutcomes.map((outcome) => ({ outcome, ...stats.growth[outcome] })),
    lostCalls: stats.dropped,
    peakMappedBytes: stats.peakMappedBytes,
    peakRegions: stats.peakRegions,
  };
}

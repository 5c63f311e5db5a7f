/** Reads what rules ask of a recording, in one pass over its events. */

import {
  type CheckedFacts,
  type CheckResult,
  judgeRules,
  type Place,
} from "../analyses/rules/judge.ts";
import type { Rules } from "../analyses/rules/rules.ts";
import { type Sighting, SightingFold } from "../analyses/rules/sightings.ts";
import type { SiteNames } from "../analyses/sites.ts";
import { StatsFold } from "../analyses/stats.ts";
import { isCall } from "../events/describe.ts";
import { kindOf } from "../events/kinds.ts";
import { baseName } from "../reports/words.ts";
import type { ProcessRow } from "../store/processes.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { RecordingRow } from "../store/recordings.ts";
import { damageSentences, type OpenRecording } from "./database.ts";
import { blobText, heapEnd } from "./event-context.ts";
import { kernelFeaturesOf } from "./kernel-features.ts";
import { Replay } from "./replay.ts";
import { statsResult } from "./stats.ts";
import { verifyRecording } from "./verify.ts";

/** Holds a recording to rules. */
export function checkRecording(
  { row, reader }: Pick<OpenRecording, "row" | "reader">,
  rules: Rules,
  sites: SiteNames,
): CheckResult {
  const facts = readCheckedFacts(row, reader);
  return judgeRules(rules, facts, placeFinder(reader, reader.processes(), sites));
}

function readCheckedFacts(row: RecordingRow, reader: RecordingReader): CheckedFacts {
  const processes = reader.processes();
  const stats = new StatsFold({ heapEnd: (blob) => heapEnd(blobText(reader, blob)) });
  const verify = verifyRecording(reader, row);
  const seen = new SightingFold(processes[0]?.pageBytes || 4096);
  // An exec replaces the whole space: nobody could have given anything back.
  const replaced = new Set(
    processes.filter(({ end }) => end?.how === "exec").map(({ process }) => process),
  );
  const replay = new Replay(reader, {
    features: kernelFeaturesOf(row),
    landmarks: verify.replay.landmarks,
    watch: seen,
    onBegin: (process, space) => seen.began(process, space),
    onEnd: (process, space) => {
      if (!replaced.has(process)) seen.ended(process, space);
    },
  });
  for (const batch of reader.chunks()) {
    stats.feed(batch);
    verify.feed(batch);
    replay.feed(batch);
  }
  for (const [process, space] of replay.spaces()) seen.ended(process, space);
  return {
    stats: statsResult(row, processes, stats, verify),
    verify: verify.result(),
    seen,
    damage: damageSentences(reader),
  };
}

/** Looks up what the event of a sighting says. */
function placeFinder(
  reader: RecordingReader,
  processes: readonly ProcessRow[],
  sites: SiteNames,
): (sighting: Sighting) => Place {
  const rows = new Map(processes.map((row) => [row.process, row]));
  return (sighting) => {
    const row = rows.get(sighting.process);
    const program = baseName(row?.exe || row?.argv[0] || "") || "unknown program";
    const place = { ...sighting, pid: row?.pid ?? 0, program };
    for (const batch of reader.chunks({ fromSeq: sighting.seq, toSeq: sighting.seq })) {
      const kind = kindOf(batch.kind[0]!);
      const site = sites.siteOf(batch, 0);
      return {
        ...place,
        atNanos: batch.at[0]!,
        call: isCall(kind) ? kind : null,
        site: site === 0 ? null : sites.name(site),
      };
    }
    return { ...place, atNanos: row?.atNanos ?? 0, call: null, site: null };
  };
}

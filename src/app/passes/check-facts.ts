/** Collects the facts that rules need, in one pass over a recording's events. */

import type { SiteNames } from "../../analyses/recorders/sites.ts";
import {
  type CheckedFacts,
  type CheckResult,
  judgeRules,
  type Place,
} from "../../analyses/rules/judge.ts";
import type { Rules } from "../../analyses/rules/rules.ts";
import { type Sighting, SightingFold } from "../../analyses/rules/sightings.ts";
import { StatsFold } from "../../analyses/stats.ts";
import { programName } from "../../base/program.ts";
import { isCall } from "../../events/describe.ts";
import { kindOf } from "../../events/kinds.ts";
import { blobText, heapEnd } from "../../store/event-context.ts";
import { type ProcessRow, pageBytesOf } from "../../store/processes.ts";
import type { RecordingReader } from "../../store/reader.ts";
import type { RecordingRow } from "../../store/recordings.ts";
import { damageSentences, type OpenRecording } from "../open/database.ts";
import { statsResult } from "./examination.ts";
import { verifyRecording } from "./verification.ts";

/** Checks a recording against rules. */
export function checkRecording(
  { row, reader }: Pick<OpenRecording, "row" | "reader">,
  rules: Rules,
  sites: SiteNames,
): CheckResult {
  const facts = readCheckedFacts(row, reader, sites);
  return judgeRules(rules, facts, placeFinder(reader, reader.processes(), sites));
}

function readCheckedFacts(
  row: RecordingRow,
  reader: RecordingReader,
  sites: SiteNames,
): CheckedFacts {
  const processes = reader.processes();
  const pageBytes = pageBytesOf(processes);
  const stats = new StatsFold({ pageBytes, heapEnd: (blob) => heapEnd(blobText(reader, blob)) });
  const seen = new SightingFold(pageBytes);
  // An exec replaces the whole space: nobody could have given anything back.
  const replaced = new Set(
    processes.filter(({ end }) => end?.how === "exec").map(({ process }) => process),
  );
  const verify = verifyRecording(reader, row, {
    watch: seen,
    onBegin: (process, space) => seen.began(process, space),
    onEnd: (process, space) => {
      if (!replaced.has(process)) seen.ended(process, space);
    },
  });
  for (const batch of reader.chunks()) {
    stats.feed(batch);
    verify.feed(batch);
  }
  for (const [process, space] of verify.replay.spaces()) seen.ended(process, space);
  return {
    stats: statsResult(row, processes, stats, verify),
    verify: verify.result(),
    seen,
    left: leftByPlace(seen.left, reader, sites),
    damage: damageSentences(reader),
  };
}

/** Adds up what was left by process and the site of the call that mapped it. */
function leftByPlace(
  left: readonly Sighting[],
  reader: RecordingReader,
  sites: SiteNames,
): Sighting[] {
  const groups = new Map<string, Sighting>();
  // One walk through the log finds the calls of all of them.
  const sorted = left.toSorted((a, b) => a.seq - b.seq);
  let next = 0;
  const range = { fromSeq: sorted[0]?.seq ?? 1, toSeq: sorted.at(-1)?.seq ?? 0 };
  for (const batch of reader.chunks(range)) {
    for (; next < sorted.length; next += 1) {
      const one = sorted[next]!;
      const row = one.seq - batch.firstSeq;
      if (row >= batch.length) break;
      // Its event could not be read, so it was never replayed either.
      if (row < 0) continue;
      const key = `${one.process} ${sites.siteOf(batch, row)}`;
      const before = groups.get(key) ?? { ...one, bytes: 0, mappings: 0 };
      const mappings = (before.mappings ?? 0) + 1;
      groups.set(key, { ...before, bytes: before.bytes + one.bytes, mappings });
    }
  }
  return [...groups.values()];
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
    const program = programName(row);
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

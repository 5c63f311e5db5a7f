/** Reads what a diff needs of one recording, in one pass over its events. */

import type { DiffSide } from "../../analyses/diff/diff.ts";
import { SiteFold } from "../../analyses/diff/site-fold.ts";
import { StatsFold } from "../../analyses/stats.ts";
import { programName } from "../../base/program.ts";
import type { CallSites } from "../../sites/call-sites.ts";
import { blobText, heapEnd } from "../../store/event-context.ts";
import { pageBytesOf } from "../../store/processes.ts";
import { damageSentences, type OpenRecording } from "../open/database.ts";
import { statsResult } from "./examination.ts";
import { verifyRecording } from "./verification.ts";

export function readDiffSide(
  database: string,
  { row, reader }: Pick<OpenRecording, "row" | "reader">,
  sites: CallSites,
): DiffSide {
  const processes = reader.processes();
  const pageBytes = pageBytesOf(processes);
  const programs = new Map(processes.map((row) => [row.process, programName(row)]));
  const end = (blob: number): number | undefined => heapEnd(blobText(reader, blob));
  const stats = new StatsFold({ pageBytes, heapEnd: end });
  const classes = new SiteFold({
    pageBytes,
    sites,
    programOf: (process) => programs.get(process) ?? "",
    heapEnd: end,
  });
  const replay = verifyRecording(reader, row);
  for (const batch of reader.chunks()) {
    stats.feed(batch);
    classes.feed(batch);
    replay.feed(batch);
  }
  return {
    database,
    stats: statsResult(row, processes, stats, replay),
    verify: { status: replay.result().status },
    classes: classes.classes(),
    damage: damageSentences(reader),
    // Known once the names of the classes were asked for.
    notes: sites.notes,
  };
}

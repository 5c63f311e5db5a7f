/** Reads what a diff needs of one recording, in one pass over its events. */

import type { DiffSide } from "../analyses/diff/diff.ts";
import { SiteFold } from "../analyses/diff/site-fold.ts";
import { StatsFold } from "../analyses/stats.ts";
import { baseName } from "../reports/words.ts";
import type { CallSites } from "./call-sites.ts";
import { damageSentences, type OpenRecording } from "./database.ts";
import { blobText, heapEnd } from "./event-context.ts";
import { statsResult } from "./stats.ts";
import { verifyRecording } from "./verify.ts";

export function readDiffSide(
  database: string,
  { row, reader }: Pick<OpenRecording, "row" | "reader">,
  sites: CallSites,
): DiffSide {
  const processes = reader.processes();
  const programs = new Map(
    processes.map(({ process, exe, argv }) => [process, baseName(exe || argv[0] || "")]),
  );
  const end = (blob: number): number | undefined => heapEnd(blobText(reader, blob));
  const stats = new StatsFold({ heapEnd: end });
  const classes = new SiteFold({
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

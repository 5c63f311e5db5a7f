/** The list of a database's recordings, newest last. */

import type { RecordingFacts } from "../analyses/stats.ts";
import { alignColumns } from "../base/columns.ts";
import { commandText } from "../base/program.ts";
import type { Style } from "../base/style.ts";
import { formatCount } from "../base/units.ts";
import { exitText } from "./words.ts";

const right = { align: "right" } as const;

/** Lines without a closing newline. Times are UTC. */
export function recordingListText(recordings: readonly RecordingFacts[], style: Style): string {
  const header = ["no", "started", "took", "events", "status", "end", "command"];
  const rows = recordings.map((recording) => [
    String(recording.id),
    recording.startedAt.replace("T", " ").replace(/\.\d+Z$/, ""),
    recording.durationNanos === null ? "" : style.duration(recording.durationNanos),
    formatCount(recording.eventCount),
    statusText(recording.status, style),
    exitText(recording.exit),
    commandText(recording.command, 48),
  ]);
  const quiet = header.map((text) => style.paint("quiet", text));
  return alignColumns([quiet, ...rows], [right, {}, right, right, {}, {}, {}]).join("\n");
}

function statusText(status: string, style: Style): string {
  if (status === "complete") return status;
  return style.paint(status === "damaged" ? "bad" : "attention", status);
}

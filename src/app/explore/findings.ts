/** What the analyses find in a recording, for somebody who must not be kept waiting. */
import type { Finding } from "../../analyses/analysis.ts";
import { callSites } from "../../sites/call-sites.ts";
import type { Io } from "../io/io.ts";
import { type RecordingChoice, withRecording } from "../open/database.ts";
import { analyse } from "../passes/analyse.ts";

export interface FindingsAnswer {
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** Analyses that gave no answer, with the reason. */
  readonly failures: readonly string[];
}

export function findingsOf(
  choice: RecordingChoice,
  io: Pick<Io, "env" | "cwd">,
): Promise<FindingsAnswer> {
  return withRecording(choice, io, async ({ row, reader }) => {
    const { findings, results } = analyse(row, reader, { sites: callSites(reader, row) });
    const failures = results.flatMap(({ title, failure }) =>
      failure === undefined ? [] : [`${title}: ${failure}`],
    );
    return { findings, failures };
  });
}

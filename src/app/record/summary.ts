/** Writes the summary at the end of a recording to stderr. */

import { CheckpointPass } from "../../replay/checkpoints.ts";
import { summaryText } from "../../reports/summary.ts";
import type { Store } from "../../store/store.ts";
import type { Io } from "../io/io.ts";
import { defaultDatabase, shownPath } from "../open/database.ts";
import { examine } from "../passes/examination.ts";

export interface Finished {
  readonly store: Store;
  readonly path: string;
  readonly recording: number;
}

export async function writeSummary({ store, path, recording }: Finished, io: Io): Promise<void> {
  const row = store.recording(recording);
  const checkpoints = new CheckpointPass(store, recording);
  const { stats, verify, analyses } = examine(row, store.reader(recording), { checkpoints });
  const blockers = analyses.of("blockers")?.data;
  const database = shownPath(path, io.cwd);
  const isFound = database === defaultDatabase || io.env["MAPTRAIL_DB"] !== undefined;
  const text = summaryText(
    { stats, verify, blockers, database, databaseOption: isFound ? "" : "-o" },
    io.err.style,
  );
  await io.err.write(`${text}\n`);
  if (checkpoints.failure instanceof Error) {
    const { message } = checkpoints.failure;
    await io.err.write(
      `maptrail: no checkpoints could be written, so \`maps\` will be slower: ${message}\n` +
        "  When that is mended: maptrail rebuild\n",
    );
  }
}

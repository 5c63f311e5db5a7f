/** The analyses of a recording, from the database itself: a command takes longer to start. */
import type { Analyses } from "../../src/analyses/answers.ts";
import { type AnalyseOptions, analyse } from "../../src/app/passes/analyse.ts";
import { openStore } from "../../src/store/open.ts";

/** Of the newest recording. */
export function readAnalyses(database: string, options: AnalyseOptions = {}): Analyses {
  const store = openStore(database, { mode: "read" });
  try {
    const row = store.recording();
    return analyse(row, store.reader(row.id), options);
  } finally {
    store.close();
  }
}

/** `maptrail list`: the recordings of a database. */

import { exitCodes } from "../base/errors.ts";
import { recordingListText } from "../reports/recordings.ts";
import { openStore } from "../store/open.ts";
import type { Io } from "./io/io.ts";
import { jsonArray } from "./io/json-array.ts";
import { type DatabaseChoice, databasePath, recordingFacts, shownPath } from "./open/database.ts";

export interface ListOptions extends DatabaseChoice {
  readonly json?: boolean | undefined;
}

export async function listRecordings(options: ListOptions, io: Io): Promise<number> {
  const path = databasePath(options, io);
  const store = openStore(path);
  try {
    const facts = store.recordings().map(recordingFacts);
    if (options.json === true) {
      await io.out.write(jsonArray(facts.map((row) => JSON.stringify(row))));
    } else if (facts.length === 0) {
      await io.err.write(`${shownPath(path, io.cwd)} holds no recordings\n`);
    } else {
      await io.out.write(`${recordingListText(facts, io.out.style)}\n`);
    }
    return exitCodes.ok;
  } finally {
    store.close();
  }
}

/** The verdict on a recording, read from the database itself: a command takes longer to start. */
import type { VerifyResult } from "../../src/analyses/verify.ts";
import { verifyRecording } from "../../src/app/passes/verification.ts";
import { openStore } from "../../src/store/open.ts";

/** Verifies the newest recording. */
export function readVerdict(database: string): VerifyResult {
  const store = openStore(database, { mode: "read" });
  try {
    const row = store.recording();
    const reader = store.reader(row.id);
    const fold = verifyRecording(reader, row);
    for (const batch of reader.chunks()) fold.feed(batch);
    return fold.result();
  } finally {
    store.close();
  }
}

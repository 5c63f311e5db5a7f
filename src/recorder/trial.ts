/** Runs one short program under the hook, without a database, to see what the hook can do on this machine. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createBatch } from "../events/batch.ts";
import type { Coverage } from "../events/process.ts";
import { parseCoverage } from "../journal/contents/coverage-text.ts";
import { JournalReader } from "../journal/reader.ts";
import { JournalFile, openJournal } from "./journal-file.ts";
import { launch } from "./launch.ts";
import type { NativeFiles } from "./native-build.ts";
import { createSession, removeSession } from "./session.ts";

const batchRows = 1024;

/** The coverage text in the journal of a process that has ended; undefined when there is none. */
function coverageIn(file: JournalFile): Coverage | undefined {
  const { header, features } = file;
  const monoStart = header.open.mono;
  const reader = new JournalReader({ header, process: 1, monoStart, fileId: () => 1 });
  const batch = createBatch(batchRows);
  reader.finish(file.presentSlots);
  for (;;) {
    const before = reader.wanted;
    reader.feed(file.windowAt(before), file.live.cursor);
    for (let got = reader.take(batch); got !== undefined; got = reader.take(batch)) {
      if (got === "full") batch.length = 0;
      else if (got.type === "text" && got.topic === "coverage") {
        const via = features.wroteProtect ? "mprotect" : features.wroteMem ? "mem" : "none";
        return parseCoverage(Buffer.from(got.bytes).toString("utf8"), via);
      }
    }
    if (reader.wanted === before) return undefined;
  }
}

function coverageOf(folder: string): Coverage | undefined {
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".mtj"))) {
    const file = openJournal(join(folder, name));
    if (!(file instanceof JournalFile)) continue;
    try {
      if (!file.header.features.launcher) return coverageIn(file);
    } finally {
      file.close();
    }
  }
  return undefined;
}

/**
 * Runs `argv`, which must print nothing and end by itself, with its journal under `place`. Undefined when
 * the program opened no journal. Rejects when it cannot be started; leaves nothing behind.
 */
export async function runTrial(
  native: NativeFiles,
  place: string,
  argv: readonly string[],
  path: string,
): Promise<Coverage | undefined> {
  const session = createSession(place, native, "none");
  try {
    const start = {
      argv: argv.map((word) => Buffer.from(word)),
      environ: [Buffer.from(`PATH=${path}`)],
      nofileSoft: undefined,
      ignoredSignals: [],
    };
    const { code, signal } = await launch(start, session, native).end;
    if (code !== 0) {
      const how = signal === undefined ? `status ${code}` : `signal ${signal}`;
      throw new Error(`${argv.join(" ")} ended with ${how} under the hook`);
    }
    return coverageOf(session.folder);
  } finally {
    removeSession(session);
  }
}

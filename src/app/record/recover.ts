/** `maptrail recover`: makes a recording of what a killed recorder left behind. */
import { exitCodes, UserError } from "../../base/errors.ts";
import { Drain } from "../../recorder/drain.ts";
import { startTicks } from "../../recorder/journal-file.ts";
import { readNote, removeSession } from "../../recorder/session.ts";
import { openStore } from "../../store/open.ts";
import type { Io } from "../io/io.ts";
import { databasePath } from "../open/database.ts";
import type { RecoverOptions } from "./record-options.ts";
import { writeSummary } from "./summary.ts";

/** Returns the exit code: 3 when a journal is damaged. */
export async function recover(options: RecoverOptions, io: Io): Promise<number> {
  const note = readNote(options.folder);
  if (startTicks(note.recorderPid) !== undefined && note.recorderPid !== process.pid) {
    throw new UserError(
      `"${options.folder}" is still in use by the recorder, process ${note.recorderPid}`,
      {
        hint: "Wait until it ends; recover is for a recorder that was killed.",
      },
    );
  }
  const path = options.db === undefined ? note.database : databasePath(options, io);
  const store = openStore(path, { mode: "write" });
  try {
    const writer = store.writer(note.recording);
    const monoStart = BigInt(note.monoStart);
    const drain = new Drain({ folder: options.folder, writer, monoStart });
    while (drain.poll());
    drain.stop();
    drain.finish("unknown");
    const { damage } = drain;
    writer.finish({
      status: damage.length > 0 ? "damaged" : "recovered",
      durationNanos: drain.latestNanos,
      totals: JSON.stringify(drain.counts()),
    });
    for (const sentence of damage)
      await io.err.write(`${io.err.style.paint("bad", `maptrail: ${sentence}`)}\n`);
    removeSession({ folder: options.folder });
    if (options.quiet !== true) await writeSummary({ store, path, recording: note.recording }, io);
    return damage.length > 0 ? exitCodes.damagedInput : exitCodes.ok;
  } finally {
    store.close();
  }
}

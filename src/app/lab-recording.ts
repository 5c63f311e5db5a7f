/** Records a child of the lab with the tool itself, into a database that nobody keeps. */

import { exitCodes, UserError } from "../base/errors.ts";
import type { EventBatch } from "../events/batch.ts";
import { memoryCalls } from "../events/kinds.ts";
import type { RecordedRemap } from "../lab/claim.ts";
import { withRecording } from "./database.ts";
import type { Io } from "./io.ts";
import { record } from "./record.ts";

const databaseName = "lab.db";

/** The mremaps of `command`, in history order. Throws a UserError when it cannot be recorded. */
export async function recordedRemaps(
  command: readonly string[],
  folder: string,
  io: Io,
): Promise<readonly RecordedRemap[]> {
  const inFolder: Io = { ...io, cwd: folder };
  const choice = { db: databaseName };
  const exitCode = await record({ ...choice, command, quiet: true }, inFolder);
  if (exitCode !== exitCodes.ok) {
    throw new UserError(`it ended with ${exitCode}`, { exitCode: exitCodes.cannotRun });
  }
  return withRecording(choice, inFolder, async ({ reader }) =>
    [...reader.chunks()].flatMap((batch) => remapsOf(batch)),
  );
}

function remapsOf(batch: EventBatch): RecordedRemap[] {
  const [old, oldBytes, newBytes] = batch.args;
  const found: RecordedRemap[] = [];
  for (let row = 0; row < batch.length; row += 1) {
    if (batch.kind[row] !== memoryCalls.mremap) continue;
    found.push({
      oldAddress: old?.[row] ?? 0,
      oldBytes: oldBytes?.[row] ?? 0,
      newBytes: newBytes?.[row] ?? 0,
      result: batch.result[row] ?? 0,
    });
  }
  return found;
}

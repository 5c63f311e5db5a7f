/** Records a child of the lab with the tool itself, into a temporary database. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes, UserError } from "../../base/errors.ts";
import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import type { RecordedChild, RecordedRemap } from "../../lab/claim.ts";
import type { Io } from "../io/io.ts";
import { withRecording } from "../open/database.ts";
import { record } from "./record.ts";

const databaseName = "lab.db";
const accountName = "account";

/**
 * Records `command`, to which the path of a file for its account is added. Throws a UserError when it
 * cannot be recorded. Nothing is left behind.
 */
export async function recordForLab(command: readonly string[], io: Io): Promise<RecordedChild> {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-lab-"));
  try {
    // Without the user's environment: another allocator, preloaded, is not what a claim is about.
    const inFolder: Io = { ...io, cwd: folder, env: {} };
    const accountPath = join(folder, accountName);
    const choice = { db: databaseName };
    const words = [...command, accountPath];
    const { exitCode } = await record({ ...choice, command: words, quiet: true }, inFolder);
    if (exitCode !== exitCodes.ok) {
      throw new UserError(`it ended with ${exitCode}`, { exitCode: exitCodes.cannotRun });
    }
    const remaps = await withRecording(choice, inFolder, async ({ reader }) =>
      [...reader.chunks()].flatMap((batch) => remapsOf(batch)),
    );
    return { remaps, account: readFileSync(accountPath, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

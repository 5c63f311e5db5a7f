/** `maptrail verify`: replays each process and compares it with the kernel's maps. */

import { exitCodes } from "../base/errors.ts";
import { verifyText } from "../reports/verify.ts";
import type { Io } from "./io/io.ts";
import { type RecordingChoice, reportDamage, withRecording } from "./open/database.ts";
import { verifyRecording } from "./passes/verification.ts";
import { verifyJson } from "./passes/verify-json.ts";

export interface VerifyOptions extends RecordingChoice {
  readonly json?: boolean | undefined;
}

/** Returns the exit code: 1 when a process diverged, 3 when events could not be read. */
export function showVerify(options: VerifyOptions, io: Io): Promise<number> {
  return withRecording(options, io, async ({ row, reader }) => {
    const fold = verifyRecording(reader, row);
    for (const batch of reader.chunks({ columns: "space" })) fold.feed(batch);
    const result = fold.result();
    const text = options.json === true ? verifyJson(result) : verifyText(result, io.out.style);
    await io.out.write(`${text}\n`);
    if (await reportDamage(reader, io)) return exitCodes.damagedInput;
    return result.diverged > 0 ? exitCodes.checkFailed : exitCodes.ok;
  });
}

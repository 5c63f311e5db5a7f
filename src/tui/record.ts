/** `maptrail record --tui`: a program is recorded, and looked on at while it runs. */
import type { Io } from "../app/io/io.ts";
import { outputText, recordBeside, writeSummaryOf } from "../app/record/record-beside.ts";
import type { RecordOptions } from "../app/record/record-options.ts";
import { checkTerminal } from "./main.ts";
import { runTui } from "./run.ts";

/** Returns the program's own exit code, as `maptrail record` does. Throws UserErrors. */
export async function recordWithTui(options: RecordOptions, io: Io): Promise<number> {
  checkTerminal(io);
  const recorder = recordBeside(options, io);
  const recording = await recorder.recording;
  if (recording === undefined) {
    const code = await recorder.end;
    await io.err.write(outputText(recorder.outputPath));
    return code;
  }
  const choice = { db: recorder.path, recording };
  await runTui({ ...choice, live: true }, io);
  const code = await endOf(recorder.end, options.command, io);
  if (options.quiet !== true) {
    await writeSummaryOf(recorder.path, recording, io);
    await io.err.write(`  output of ${options.command[0]}: ${recorder.outputPath}\n`);
  }
  return code;
}

/** Whoever leaves the TUI early waits for the program, which the terminal's keys reach again. */
async function endOf(end: Promise<number>, command: readonly string[], io: Io): Promise<number> {
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  const note = setTimeout(() => {
    void io.err.write(`maptrail: ${command[0]} still runs; Ctrl-C ends it\n`);
  }, 200);
  try {
    return await end;
  } finally {
    clearTimeout(note);
    process.off("SIGINT", ignore);
  }
}

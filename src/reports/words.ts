/** Small phrases that several reports share. */

import type { ProcessFigures, RecordingFacts } from "../analyses/stats.ts";
import { printable } from "../base/printable.ts";
import { programName } from "../base/program.ts";
import { signalName } from "../base/signals.ts";

export function exitText(exit: RecordingFacts["exit"]): string {
  if (exit?.signal !== undefined) return `killed by ${signalName(exit.signal)}`;
  return exit?.code === undefined ? "" : `exit ${exit.code}`;
}

export function programOf(process: ProcessFigures): string {
  return printable(programName(process));
}

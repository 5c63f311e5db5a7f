/** Importers that read one line at a time and make timed calls of it. */

import { UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { EventOut } from "./event-out.ts";
import { History } from "./history.ts";
import type { ImportJob, ImportResult } from "./importer.ts";
import { LineSource, latin1 } from "./lines.ts";
import { ProblemLog } from "./problems.ts";
import { TimedCalls } from "./timed-calls.ts";

/** The result of reading a line. */
export type LineOutcome =
  /** It was understood, or is known to be irrelevant to mappings. */
  | undefined
  /** Why it could not be read, as the end of a sentence. */
  | string;

export interface LineReader {
  read(line: string, calls: TimedCalls): LineOutcome;
  /** Finishes calls that are still open. */
  finish(calls: TimedCalls): void;
}

export async function runLines(
  job: ImportJob,
  reasons: readonly string[],
  reader: LineReader,
): Promise<ImportResult> {
  const out = new EventOut(job.sink);
  const history = new History({ out, maps: job.maps, reasons: () => reasons });
  const calls = new TimedCalls(out, history);
  const problems = new ProblemLog();
  let lines = 0;
  for (const file of job.files) {
    const source = new LineSource(file);
    while (source.next() || (await source.fill())) {
      lines += 1;
      const text = Buffer.from(latin1(source.bytes, source.start, source.end), "latin1").toString();
      const reason = reader.read(text, calls);
      if (reason !== undefined) problems.add(source, reason);
    }
  }
  reader.finish(calls);
  calls.finish();
  out.flush();
  if (out.calls === 0) throw nothing(job, problems);
  return {
    lines,
    calls: out.calls,
    problems: problems.kept,
    problemCount: problems.count,
    durationNanos: out.latestNanos,
  };
}

/** Nothing came of the files. */
export function nothing(job: ImportJob, problems: ProblemLog): UserError {
  const problem = problems.kept[0];
  const names = job.files.map(({ name }) => name).join(", ");
  const why =
    problem === undefined
      ? "it has no call that maps memory"
      : `line ${problem.line}, "${printable(problem.text)}": ${problem.reason}`;
  return new UserError(`nothing in ${names} could be imported: ${why}`, {
    exitCode: 3,
    hint: "maptrail import --help says which logs it reads, and how to make them.",
  });
}

/** A signed register out of hexadecimal or decimal text. */
export function register(text: string): number | bigint | undefined {
  if (!/^-?(?:0x[0-9a-f]+|\d+)$/i.test(text)) return undefined;
  const isNegative = text.startsWith("-");
  const exact = BigInt(isNegative ? text.slice(1) : text);
  const signed = BigInt.asIntN(64, isNegative ? -exact : exact);
  const value = Number(signed);
  return Number.isSafeInteger(value) ? value : signed;
}

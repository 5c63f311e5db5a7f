/** Logs of strace: one file with all threads, or one file a thread (-ff). */

import { EventOut } from "../event-out.ts";
import { History } from "../history.ts";
import { type Importer, type ImportJob, type ImportResult, shareOfLines } from "../importer.ts";
import { nothing } from "../line-importer.ts";
import { LineSource } from "../lines.ts";
import { ProblemLog } from "../problems.ts";
import { LineHead } from "./head.ts";
import { StraceReader } from "./reader.ts";

const head =
  /^\s*(?:\[pid +\d+\] +|\d+ +)?(?:[\d:.]+ +)?(?:\(\+ +[\d.]+\) +)?(?:\[[ 0-9a-f?]+\] +)*/;
const shapes = [
  /^\w+\(.*\) += (?:-?\d|0x|\?)/,
  /^\w+\(.*<unfinished \.\.\.>$/,
  /^<\.\.\. \w+ resumed>/,
  /^(?:\+\+\+ .* \+\+\+|--- .* ---|strace: .*)$/,
];

export const strace: Importer = {
  name: "strace",
  reads: "strace, with -f, -ff, -t, -tt, -ttt, -r, -T, -i, -y, -X raw or symbolic flags",
  detect: (text) =>
    shareOfLines(text, (line) => {
      const rest = line.replace(head, "");
      return shapes.some((shape) => shape.test(rest));
    }),
  run,
};

async function run(job: ImportJob): Promise<ImportResult> {
  const out = new EventOut(job.sink);
  const problems = new ProblemLog();
  const history = new History({ out, maps: job.maps, reasons: () => reasonsOf(reader, job) });
  const sources = job.files.map((file) => ({
    source: new LineSource(file),
    head: new LineHead(),
    tid: threadOf(file.name, job.files.length),
  }));
  const first = await open(sources);
  const byTime = first.length > 1 && first.every(({ hasDuration }) => hasDuration);
  history.isByBegin = byTime;
  const reader: StraceReader = new StraceReader({ out, history, problems, byTime });
  await readMerged(first, reader);
  reader.finish();
  out.flush();
  if (out.calls === 0) throw nothing(job, problems);
  return {
    lines: reader.lines,
    calls: out.calls,
    problems: problems.kept,
    problemCount: problems.count,
    durationNanos: out.latestNanos,
  };
}

interface Opened {
  readonly source: LineSource;
  readonly head: LineHead;
  readonly tid: number;
  hasDuration: boolean;
}

/** The sources that have a line, each at its first. */
async function open(sources: readonly Omit<Opened, "hasDuration">[]): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (const one of sources) {
    if (!one.source.next() && !(await one.source.fill())) continue;
    readHead(one);
    const { bytes, end } = one.source;
    const hasDuration = bytes[end - 1] === 62 && bytes[end - 2] !== 46;
    opened.push({ ...one, hasDuration });
  }
  return opened;
}

function readHead({ source, head: lineHead }: Pick<Opened, "source" | "head">): void {
  lineHead.read(source.bytes, source.start, source.end);
}

/** Reads line after line; with several files, always from the one whose next line is the earliest. */
async function readMerged(opened: Opened[], reader: StraceReader): Promise<void> {
  const left = [...opened];
  while (left.length > 0) {
    const one = earliest(left);
    const limit = earliest(left.filter((other) => other !== one));
    do {
      reader.read(one.source, one.head, one.tid);
      if (!one.source.next() && !(await one.source.fill())) {
        left.splice(left.indexOf(one), 1);
        break;
      }
      readHead(one);
    } while (limit === undefined || isBefore(one.head, limit.head));
  }
}

function earliest<One extends Opened>(list: readonly One[]): One {
  return list.reduce((best, one) => (isBefore(one.head, best.head) ? one : best), list[0]!);
}

/** Lines without times, or with times between lines, keep the order of the files. */
function isBefore(one: LineHead, other: LineHead): boolean {
  if (one.clock === "none" || one.clock === "relative") return one.clock === other.clock;
  return one.seconds === other.seconds ? one.nanos < other.nanos : one.seconds < other.seconds;
}

/** strace -ff writes FILE.TID. */
function threadOf(name: string, fileCount: number): number {
  const tid = Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
  return fileCount > 1 || tid > 1 ? tid : 0;
}

function reasonsOf(reader: StraceReader, job: ImportJob): string[] {
  const { clock, hasDurations } = reader;
  return [
    "read from a log of strace, which does not tell what was mapped at the start",
    ...(clock.kind === "none" ? ["the log has no times (strace -ttt writes them)"] : []),
    ...(hasDurations ? [] : ["the log has no durations (strace -T writes them)"]),
    ...(clock.kind === "none" && job.files.length > 1
      ? ["the order between the files is not known"]
      : []),
  ];
}

/**
 * `maptrail verify` as text: the line of trust, what diverged range by range, what is unproven and
 * why.
 */

import type {
  DivergenceCause,
  ProcessVerdict,
  VerifiedRange,
  VerifyResult,
} from "../analyses/verify.ts";
import { alignColumns } from "../base/columns.ts";
import { printable } from "../base/printable.ts";
import type { Style } from "../base/style.ts";
import { countOf, formatAddress, formatBytes, formatCount } from "../base/units.ts";

const mostRanges = 8;
const mostProcesses = 12;

/** `exact: 14 of 14 processes equal the kernel's maps` */
export function verifyLine(result: VerifyResult, style: Style): string {
  const { exact, diverged, unverifiable, processes } = result;
  const total = countOf(processes.length, "process", "processes");
  const equal = exact === 1 ? "equals" : "equal";
  if (processes.length === 0) return style.paint("attention", "unverifiable: no process is known");
  if (diverged > 0) {
    const verb = diverged === 1 ? "differs" : "differ";
    const text = `diverged: ${formatCount(diverged)} of ${total} ${verb} from the kernel's maps`;
    return style.paint("bad", text);
  }
  if (unverifiable === 0) {
    const text = `exact: ${formatCount(exact)} of ${total} ${equal} the kernel's maps`;
    return style.paint("good", text);
  }
  const why = reasonsOf(processes);
  const rest = why.length > 1 ? `, and ${countOf(why.length - 1, "more reason")}` : "";
  const because = `${printable(why[0]?.reason ?? "")}${rest}`;
  const doubt = `${formatCount(unverifiable)} unverifiable (${because})`;
  const head =
    exact === 0
      ? `unverifiable: ${formatCount(unverifiable)} of ${total} (${because})`
      : `exact: ${formatCount(exact)} of ${total} ${equal} the kernel's maps; ${doubt}`;
  return style.paint("attention", head);
}

/** Lines without a closing newline. */
export function verifyText(result: VerifyResult, style: Style): string {
  const diverged = result.processes.filter(({ status }) => status === "diverged");
  const blocks = [
    [verifyLine(result, style)],
    ...diverged.slice(0, mostProcesses).map((verdict) => divergedLines(verdict, style)),
    moreLine(diverged.length - mostProcesses, "diverged"),
    unprovenLines(result.processes, style),
    provenLines(result.processes, style),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function moreLine(count: number, what: string): string[] {
  return count > 0 ? [`and ${countOf(count, "more process", "more processes")} ${what}`] : [];
}

const causes: Readonly<Record<DivergenceCause, string>> = {
  "stack growth": "the stack grew by itself",
  growsdown: "MAP_GROWSDOWN memory grew by itself",
  "io_setup ring": "the ring of io_setup",
  "unknown result": "a call that never came back",
  "unrecorded call": "a call that was not recorded",
  "uncovered site": "a call that the hook does not cover",
  "call before coverage": "a call before the process was covered",
  "lost calls": "calls that are missing from the recording",
};

function divergedLines(verdict: ProcessVerdict, style: Style): string[] {
  const { pid, program, divergences, divergenceCount, contradictions, contradictionCount } =
    verdict;
  const lines = [`${style.paint("strong", `pid ${pid}`)}  ${printable(program)}`];
  if (verdict.note !== null) lines.push(`  ${style.paint("quiet", printable(verdict.note))}`);
  for (const range of divergences.slice(0, mostRanges)) lines.push(...rangeLines(range, style));
  if (divergenceCount > mostRanges) {
    lines.push(`  and ${countOf(divergenceCount - mostRanges, "more range")}`);
  }
  for (const { seq, call, start, end, reason } of contradictions.slice(0, mostRanges)) {
    const where = `${formatAddress(start)} + ${formatBytes(end - start)}`;
    lines.push(`  ${style.paint("bad", "impossible")}  @${seq} ${call}  ${where}  ${reason}`);
  }
  if (contradictionCount > mostRanges) {
    lines.push(`  and ${countOf(contradictionCount - mostRanges, "more impossible event")}`);
  }
  return lines;
}

function rangeLines(range: VerifiedRange, style: Style): string[] {
  const { start, end, seq, atNanos, moment, expected, actual, cause } = range;
  const when = `@${seq}${moment === null ? "" : ` (${moment})`}, ${style.duration(atNanos)}`;
  const head = `  ${formatAddress(start)} + ${formatBytes(end - start)}  at ${when}`;
  const rows = [
    ["    replay", factsText(expected)],
    ["    kernel", factsText(actual)],
    ["    cause", `likely ${causes[cause]}`],
  ];
  return [head, ...alignColumns(rows, [{}, {}])];
}

function factsText(facts: VerifiedRange["expected"]): string {
  if (facts === null) return "unmapped";
  const { permissions, offset, dev, inode, path } = facts;
  if (inode === "0")
    return path === "" ? `${permissions} anonymous` : `${permissions} ${printable(path)}`;
  const major = Math.floor(dev / 0x10_0000).toString(16);
  const minor = (dev % 0x10_0000).toString(16);
  const device = `${major.padStart(2, "0")}:${minor.padStart(2, "0")}`;
  return `${permissions} ${offset.toString(16).padStart(8, "0")} ${device} ${inode} ${printable(path)}`;
}

interface Reason {
  readonly reason: string;
  readonly processes: ProcessVerdict[];
}

/** The reasons for being unverifiable, the most frequent first. */
function reasonsOf(processes: readonly ProcessVerdict[]): Reason[] {
  const found = new Map<string, ProcessVerdict[]>();
  for (const verdict of processes) {
    if (verdict.reason === null) continue;
    found.set(verdict.reason, [...(found.get(verdict.reason) ?? []), verdict]);
  }
  return [...found]
    .map(([reason, verdicts]) => ({ reason, processes: verdicts }))
    .sort((a, b) => b.processes.length - a.processes.length);
}

function unprovenLines(processes: readonly ProcessVerdict[], style: Style): string[] {
  return reasonsOf(processes).map(({ reason, processes: them }) => {
    const shown = them.slice(0, 3).map(({ pid, program }) => `${pid} ${printable(program)}`);
    const rest = them.length > 3 ? ` and ${countOf(them.length - 3, "other")}` : "";
    const head = style.paint("attention", "unverifiable");
    return `${head}  ${shown.join(", ")}${rest}: ${printable(reason)}`;
  });
}

function provenLines(processes: readonly ProcessVerdict[], style: Style): string[] {
  const exact = processes.filter(({ status }) => status === "exact");
  if (exact.length === 0) return [];
  const sum = (key: "texts" | "ranges"): number =>
    exact.reduce((total, verdict) => total + verdict[key], 0);
  const grown = exact.flatMap(({ harmless }) => harmless);
  const lines = [
    `${style.paint("good", "exact")}  ${countOf(exact.length, "process", "processes")}: ` +
      `${countOf(sum("ranges"), "range")} in ${countOf(sum("texts"), "maps text")}`,
  ];
  for (const cause of ["stack growth", "growsdown", "io_setup ring"] as const) {
    const count = grown.filter((range) => range.cause === cause).length;
    const times = countOf(count, "range");
    if (count > 0) lines.push(`  ${style.paint("quiet", `${times} by no call: ${causes[cause]}`)}`);
  }
  return lines;
}

/** Compares the calls that strace saw with those of a recording: per thread, exactly, in sequence. */
import type { OracleCall, Origin } from "./oracle.ts";

export interface RecordedCall {
  readonly tid: number;
  readonly call: string;
  /** Raw registers, signed or unsigned. */
  readonly args: readonly bigint[];
  /** -errno on failure; undefined when the recording does not know it. */
  readonly result: bigint | undefined;
}

export interface Mismatch {
  readonly tid: number;
  /** Place in the thread's sequence, from 0. */
  readonly index: number;
  readonly kind: "missing" | "extra" | "different";
  readonly oracle: OracleCall | undefined;
  readonly recorded: RecordedCall | undefined;
}

export interface Comparison {
  /** Threads that appear on either side. */
  readonly threads: number;
  /** Calls that strace saw and that the recording should hold. */
  readonly expected: number;
  readonly matched: number;
  /** Calls that a thread had begun to record when it was killed, before they entered the kernel. */
  readonly unentered: number;
  /** Wanted calls by where they came from, `program` and `outside` being the expected ones. */
  readonly origins: Readonly<Record<Origin, number>>;
  readonly mismatches: readonly Mismatch[];
}

/** Which arguments of a call are compared. An exec's environment is rebuilt by the hook, so not that one. */
const comparedArguments: Readonly<Record<string, readonly number[]>> = {
  mmap: [0, 1, 2, 3, 4, 5],
  munmap: [0, 1],
  mremap: [0, 1, 2, 3, 4],
  mprotect: [0, 1, 2],
  pkey_mprotect: [0, 1, 2, 3],
  brk: [0],
  madvise: [0, 1, 2],
  shmat: [0, 1, 2],
  shmdt: [0],
  remap_file_pages: [0, 1, 2, 3, 4],
  io_setup: [0, 1],
  io_destroy: [0],
  prctl: [0, 1, 2, 3, 4],
  execve: [0, 1],
  execveat: [0, 1, 2, 4],
  exit_group: [0],
};

export const comparedCalls: readonly string[] = Object.keys(comparedArguments);

/** A shell tries one folder of PATH after another: the hook records no exec of a file that is not there. */
const noEntry = -2n;

/** The only prctl that changes a mapping; the kernel reads its first argument as an int. */
const prSetVma = 0x53564d41n;

function isWanted({ call, args, result }: RecordedCall): boolean {
  if (!(call in comparedArguments)) return false;
  if (call.startsWith("exec")) return result !== noEntry;
  return call !== "prctl" || BigInt.asUintN(32, args[0] ?? 0n) === prSetVma;
}

function isEqual(oracle: OracleCall, recorded: RecordedCall): boolean {
  if (oracle.call !== recorded.call) return false;
  for (const index of comparedArguments[oracle.call] ?? []) {
    const expected = oracle.args[index];
    const got = recorded.args[index];
    if (expected === undefined || got === undefined) return false;
    if (BigInt.asUintN(64, expected) !== BigInt.asUintN(64, got)) return false;
  }
  if (oracle.result === undefined || recorded.result === undefined) return true;
  return BigInt.asIntN(64, oracle.result) === BigInt.asIntN(64, recorded.result);
}

/** How far a thread's sequence is searched for the place where it goes on alike. */
const searchSteps = 200;

function compareThread(
  tid: number,
  expected: readonly OracleCall[],
  recorded: readonly RecordedCall[],
  mismatches: Mismatch[],
): { matched: number; unentered: number } {
  const equalAt = (i: number, j: number): boolean => {
    const a = expected[i];
    const b = recorded[j];
    return a !== undefined && b !== undefined && isEqual(a, b);
  };
  const add = (kind: Mismatch["kind"], i: number | undefined, j: number | undefined) =>
    mismatches.push({
      tid,
      index: i ?? j ?? 0,
      kind,
      oracle: i === undefined ? undefined : expected[i],
      recorded: j === undefined ? undefined : recorded[j],
    });
  let matched = 0;
  let i = 0;
  let j = 0;
  while (i < expected.length && j < recorded.length) {
    if (equalAt(i, j)) {
      matched++;
      i++;
      j++;
      continue;
    }
    let skip = 1;
    while (skip <= searchSteps && !equalAt(i + skip, j) && !equalAt(i, j + skip)) skip++;
    if (skip > searchSteps) add("different", i++, j++);
    else if (equalAt(i + skip, j))
      for (const end = i + skip; i < end; i++) add("missing", i, undefined);
    else for (const end = j + skip; j < end; j++) add("extra", undefined, j);
  }
  for (; i < expected.length; i++) add("missing", i, undefined);
  const last = recorded.at(-1);
  const unentered = j === recorded.length - 1 && last !== undefined && isUnentered(last);
  if (!unentered) for (; j < recorded.length; j++) add("extra", undefined, j);
  return { matched, unentered: unentered ? 1 : 0 };
}

/** The last record of a thread that was killed between beginning it and making the call. */
function isUnentered(call: RecordedCall): boolean {
  return call.result === undefined && !call.call.startsWith("exec") && call.call !== "exit_group";
}

function byThread<Call extends { readonly tid: number }>(calls: readonly Call[]) {
  const threads = new Map<number, Call[]>();
  for (const call of calls) {
    const known = threads.get(call.tid);
    if (known === undefined) threads.set(call.tid, [call]);
    else known.push(call);
  }
  return threads;
}

/**
 * Compares two lists of calls, each in the order in which a thread's calls began. A result that either
 * side does not know equals any. `calls` limits what is compared, by name.
 */
export function compareCalls(
  oracle: readonly OracleCall[],
  recorded: readonly RecordedCall[],
  options: { readonly calls?: readonly string[] } = {},
): Comparison {
  const names = new Set(options.calls ?? comparedCalls);
  const wanted = oracle.filter(
    (call) =>
      names.has(call.call) && isWanted(call) && !(call.borrowed && call.call === "exit_group"),
  );
  const origins = { before: 0, program: 0, outside: 0, tool: 0, uncovered: 0 };
  for (const call of wanted) origins[call.origin]++;
  const expected = byThread(
    wanted.filter((call) => call.origin === "program" || call.origin === "outside"),
  );
  const got = byThread(recorded.filter((call) => names.has(call.call) && isWanted(call)));
  const mismatches: Mismatch[] = [];
  let matched = 0;
  let unentered = 0;
  const threads = new Set([...expected.keys(), ...got.keys()]);
  for (const tid of threads) {
    const found = compareThread(tid, expected.get(tid) ?? [], got.get(tid) ?? [], mismatches);
    matched += found.matched;
    unentered += found.unentered;
  }
  return {
    threads: threads.size,
    expected: origins.program + origins.outside,
    matched,
    unentered,
    origins,
    mismatches,
  };
}

const hex = (value: bigint): string => `0x${BigInt.asUintN(64, value).toString(16)}`;

function showCall(call: OracleCall | RecordedCall | undefined): string {
  if (call === undefined) return "nothing";
  const { result } = call;
  const shown = result === undefined ? "?" : result < 0n && result > -4096n ? result : hex(result);
  const where = "ip" in call ? ` (${call.origin}, line ${call.beginLine})` : "";
  return `${call.call}(${call.args.map(hex).join(", ")}) = ${shown}${where}`;
}

/** A summary line and the first mismatches, for a failing test's message and for the test's output. */
export function formatComparison(comparison: Comparison, limit = 10): string {
  const { origins } = comparison;
  const lines = [
    `${comparison.matched} of ${comparison.expected} calls equal in ${comparison.threads} threads, ` +
      `${comparison.mismatches.length} mismatches; ${origins.before} before the constructor, ` +
      `${origins.outside} outside the patched sites, ${origins.tool} the tool's own, ` +
      `${origins.uncovered} of programs that are not covered`,
  ];
  for (const { tid, index, kind, oracle, recorded } of comparison.mismatches.slice(0, limit))
    lines.push(
      `  tid ${tid} #${index} ${kind}`,
      `    strace   ${showCall(oracle)}`,
      `    recorded ${showCall(recorded)}`,
    );
  return lines.join("\n");
}

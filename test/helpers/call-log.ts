/** Reads the log of fixtures/programs/map-loop.c: the calls that the program saw come back. */
import { readFileSync } from "node:fs";
import type { RecordedCall } from "./compare-calls.ts";

export interface LoggedThread {
  readonly tid: number;
  /** How many calls came back in all. */
  readonly count: number;
  /** The last of them, oldest first, at most as many as the log keeps for each thread. */
  readonly calls: readonly RecordedCall[];
}

const headerBytes = 64;
const laneHeaderBytes = 64;
const entryBytes = 32;

/** mmap, mprotect, munmap, mremap by their numbers on x86-64. */
const names: Readonly<Record<number, string>> = {
  9: "mmap",
  10: "mprotect",
  11: "munmap",
  25: "mremap",
};

/**
 * Threads that made no call yet have tid 0 and are left out. `args` holds address and length only, as
 * the log does. Throws when the file is not such a log.
 */
export function readCallLog(file: string): LoggedThread[] {
  const bytes = readFileSync(file);
  const entries = Number(bytes.readBigUInt64LE(0));
  const threads = Number(bytes.readBigUInt64LE(8));
  const laneBytes = laneHeaderBytes + entries * entryBytes;
  if (entries === 0 || bytes.length !== headerBytes + threads * laneBytes)
    throw new Error(`${file} is not a call log: ${bytes.length} bytes, ${threads} threads`);
  const logged: LoggedThread[] = [];
  for (let lane = 0; lane < threads; lane++) {
    const at = headerBytes + lane * laneBytes;
    const tid = Number(bytes.readBigUInt64LE(at));
    const count = Number(bytes.readBigUInt64LE(at + 8));
    if (tid === 0) continue;
    const calls: RecordedCall[] = [];
    for (let i = Math.max(0, count - entries); i < count; i++) {
      const entry = at + laneHeaderBytes + (i % entries) * entryBytes;
      const word = (index: number) => bytes.readBigUInt64LE(entry + index * 8);
      const call = names[Number(word(0))];
      if (call === undefined) throw new Error(`${file}: call ${word(0)} at entry ${i} of ${tid}`);
      calls.push({ tid, call, args: [word(1), word(2)], result: BigInt.asIntN(64, word(3)) });
    }
    // A thread that was killed may have begun the entry over the oldest one: that one says nothing.
    if (calls.length === entries) calls.shift();
    logged.push({ tid, count, calls });
  }
  return logged;
}

/**
 * The logged calls that `recorded` lacks, in sequence per thread. The recording may hold more calls than
 * the log; a call that came back with a result unknown to the recording counts as missing.
 */
export function missingCalls(
  logged: readonly LoggedThread[],
  recorded: readonly RecordedCall[],
): RecordedCall[] {
  const threads = new Map<number, RecordedCall[]>();
  for (const call of recorded) {
    const known = threads.get(call.tid);
    if (known === undefined) threads.set(call.tid, [call]);
    else known.push(call);
  }
  const missing: RecordedCall[] = [];
  for (const thread of logged) {
    const mine = threads.get(thread.tid) ?? [];
    let next = 0;
    for (const call of thread.calls) {
      let at = next;
      while (at < mine.length && !isSame(call, mine[at])) at++;
      if (at === mine.length) missing.push(call);
      else next = at + 1;
    }
  }
  return missing;
}

function isSame(call: RecordedCall, other: RecordedCall | undefined): boolean {
  return (
    other?.call === call.call &&
    other.args[1] === call.args[1] &&
    other.args[0] === call.args[0] &&
    other.result === call.result
  );
}

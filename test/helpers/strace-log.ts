/** Reads a log of `strace -f -i -o FILE` into calls. Knows nothing of the tool; oracle.ts does. */
import { constants } from "node:os";

export interface StraceCall {
  readonly tid: number;
  readonly call: string;
  /** Unsigned registers as strace printed them; empty unless the call was printed raw. */
  readonly args: readonly bigint[];
  /** What stood between the parentheses. */
  readonly text: string;
  /** Signed, -errno on failure; undefined when the call never came back or was killed. */
  readonly result: bigint | undefined;
  /** Address behind the system call instruction; undefined where strace could not tell. */
  readonly ip: bigint | undefined;
  /** Line numbers from 1 at which the call began and ended; equal unless it was interrupted. */
  readonly beginLine: number;
  readonly endLine: number;
  /** The tid under which it ended: exec from a thread goes on as the process's first thread. */
  readonly endTid: number;
}

export interface StraceEnd {
  readonly tid: number;
  readonly line: number;
  readonly status: number | undefined;
  readonly signal: string | undefined;
}

export interface StraceLog {
  /** In the order in which they began. */
  readonly calls: readonly StraceCall[];
  readonly ends: readonly StraceEnd[];
  /** Lines that could not be read: a log that was cut off, or a form that this parser does not know. */
  readonly problems: readonly { readonly line: number; readonly text: string }[];
}

interface Pending {
  readonly call: string;
  readonly text: string;
  readonly ip: bigint | undefined;
  readonly beginLine: number;
  readonly tid: number;
}

/** The kernel's own codes that only a tracer sees (include/linux/errno.h). */
const restarts: Readonly<Record<string, number>> = {
  ERESTARTSYS: 512,
  ERESTARTNOINTR: 513,
  ERESTARTNOHAND: 514,
  ERESTART_RESTARTBLOCK: 516,
};

const linePattern = /^(\d+)\s+(?:\[([0-9a-f]+|\?+)\]\s)?(.*)$/;
const wholePattern = /^(\w+)\((.*)\)\s+=\s(.+)$/;
const begunPattern = /^(\w+)\((.*?)\s?<unfinished \.\.\.>$/;
const resumedPattern = /^<\.\.\. (\w+) resumed>(.*)\)\s+=\s(.+)$/;
const supersededPattern = /^\+\+\+ superseded by execve in pid (\d+) \+\+\+$/;
const endedPattern = /^\+\+\+ (?:exited with (\d+)|killed by (\w+)(?: \(core dumped\))?) \+\+\+$/;
/** `???` stands for a thread that was ended before strace could read which call it was in. */
const unreadCall =
  /^(?:\?{3,4}\((?: ?<unfinished \.\.\.>|\)\s+= \?.*)|<\.\.\. \?{3,4} resumed>\)\s+= \?.*)$/;
const quietPattern = /^(?:--- .* ---|strace: .*|\[ Process PID=.*\])$/;

/** `0x10`, `3`, `-1 ENOMEM (Cannot allocate memory)`, `?`; throws on anything else. */
export function parseResult(text: string): bigint | undefined {
  if (text.startsWith("?")) return undefined;
  const failure = /^-1 (\w+)(?: \(.*\))?$/.exec(text);
  if (failure?.[1] !== undefined) {
    const known: Readonly<Record<string, number>> = constants.errno;
    const code = known[failure[1]] ?? restarts[failure[1]];
    if (code === undefined) throw new Error(`unknown errno ${failure[1]}`);
    return BigInt(-code);
  }
  const value = /^(-?\d+|0x[0-9a-f]+)(?:[ <].*)?$/.exec(text)?.[1];
  if (value === undefined) throw new Error(`unreadable result '${text}'`);
  return BigInt.asIntN(64, BigInt(value));
}

/** The registers of a raw call; empty when the text is decoded. */
export function parseRawArguments(text: string): readonly bigint[] {
  if (text === "") return [];
  const parts = text.split(",").map((part) => part.trim());
  if (!parts.every((part) => /^(?:0x[0-9a-f]+|\d+)$/.test(part))) return [];
  return parts.map((part) => BigInt(part));
}

export function parseStraceLog(log: string): StraceLog {
  const calls: StraceCall[] = [];
  const ends: StraceEnd[] = [];
  const problems: { line: number; text: string }[] = [];
  const pending = new Map<number, Pending>();

  const finish = (begun: Pending, endTid: number, endLine: number, rest: string, result?: string) =>
    calls.push({
      tid: begun.tid,
      call: begun.call,
      args: parseRawArguments(begun.text + rest),
      text: begun.text + rest,
      result: result === undefined ? undefined : parseResult(result),
      ip: begun.ip,
      beginLine: begun.beginLine,
      endLine,
      endTid,
    });

  const read = (tid: number, ip: bigint | undefined, rest: string, line: number): boolean => {
    const begun = begunPattern.exec(rest);
    if (begun?.[1] !== undefined) {
      pending.set(tid, { call: begun[1], text: begun[2] ?? "", ip, beginLine: line, tid });
      return true;
    }
    const resumed = resumedPattern.exec(rest);
    if (resumed?.[1] !== undefined) {
      const open = pending.get(tid);
      // A call that strace was told not to show ends like this when its thread is killed in it.
      if (open === undefined && resumed[3]?.startsWith("?")) return true;
      if (open?.call !== resumed[1]) return false;
      pending.delete(tid);
      finish(open, tid, line, (resumed[2] ?? "").replace(" <unfinished ...>", ""), resumed[3]);
      return true;
    }
    const whole = wholePattern.exec(rest);
    if (whole?.[1] !== undefined) {
      const open = { call: whole[1], text: whole[2] ?? "", ip, beginLine: line, tid };
      finish(open, tid, line, "", whole[3]);
      return true;
    }
    const superseded = supersededPattern.exec(rest);
    if (superseded?.[1] !== undefined) {
      const from = Number(superseded[1]);
      const open = pending.get(from);
      pending.delete(from);
      if (open !== undefined) pending.set(tid, open);
      return true;
    }
    const ended = endedPattern.exec(rest);
    if (ended !== null) {
      const status = ended[1] === undefined ? undefined : Number(ended[1]);
      ends.push({ tid, line, status, signal: ended[2] });
      const open = pending.get(tid);
      pending.delete(tid);
      if (open !== undefined) finish(open, tid, line, "");
      return true;
    }
    return quietPattern.test(rest) || unreadCall.test(rest);
  };

  const lines = log.split("\n");
  if (lines.at(-1) === "") lines.pop();
  lines.forEach((text, index) => {
    const line = index + 1;
    const parts = linePattern.exec(text);
    try {
      const ip = parts?.[2]?.startsWith("?") === false ? BigInt(`0x${parts[2]}`) : undefined;
      if (parts !== null && read(Number(parts[1]), ip, parts[3] ?? "", line)) return;
      problems.push({ line, text });
    } catch (error) {
      problems.push({ line, text: `${text} (${error instanceof Error ? error.message : error})` });
    }
  });
  for (const [tid, open] of pending) finish(open, tid, lines.length, "");
  calls.sort((a, b) => a.beginLine - b.beginLine);
  return { calls, ends, problems };
}

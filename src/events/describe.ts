/** Decodes one event: ranges, protection and flags from its raw arguments. No replay. */

import { assertNever } from "../base/assert.ts";
import { roundUpToPages } from "../base/pages.ts";
import { type EventBatch, eventFlags } from "./batch.ts";
import { errnoOf } from "./errno.ts";
import { hasFlags, mremapFlags, prSetVma } from "./flags.ts";
import { argumentCounts, type CallName, kindOf, type Observation } from "./kinds.ts";
import { adviceWord, cloneWords, mapWords, mremapWords, protWords, shmWords } from "./words.ts";

/** The decoded call. Lengths are rounded up to whole pages, as the kernel does. */
export interface Meaning {
  /** Where it is, or was before the call; for a failed call that maps, the address that it asked for. */
  addr?: number;
  length?: number;
  /** mremap: where it is afterwards, or where a refused call wanted it. */
  newAddr?: number;
  newLength?: number;
  prot?: string;
  flags?: string;
  advice?: string;
}

/** Six arguments and the result of row `row`, exact. */
export interface ExactValues {
  readonly args: readonly (number | bigint)[];
  readonly result: number | bigint;
}

export function isCall(kind: CallName | Observation | undefined): kind is CallName {
  return kind !== undefined && kind in argumentCounts;
}

export function exactValues(batch: EventBatch, row: number): ExactValues {
  const wide = ((batch.flags[row] ?? 0) & eventFlags.wide) === 0 ? undefined : batch.wide.get(row);
  const kind = kindOf(batch.kind[row] ?? 0);
  const count = isCall(kind) ? argumentCounts[kind] : 0;
  const args: (number | bigint)[] = [];
  for (let i = 0; i < count; i += 1) args.push(wide?.[i] ?? argument(batch, row, i));
  return { args, result: wide?.[6] ?? batch.result[row] ?? 0 };
}

/** True when the call returned, so that its result is valid. */
export function isResultKnown(batch: EventBatch, row: number): boolean {
  return ((batch.flags[row] ?? 0) & eventFlags.resultUnknown) === 0;
}

/** The error number of the call; 0 when it succeeded or never returned. */
export function errnoAt(batch: EventBatch, row: number): number {
  return isResultKnown(batch, row) ? errnoOf(batch.result[row] ?? 0) : 0;
}

export function argument(batch: EventBatch, row: number, index: number): number {
  return batch.args[index]?.[row] ?? 0;
}

/** fork and clone pass flags first; clone3 passes a pointer, which cannot be read afterwards. */
function cloneFlagsWord(first: number): Meaning {
  return first > 0xffff_ffff || first < 0 ? {} : { flags: cloneWords.format(first) };
}

/** The meaning of the call at `row`; undefined for observations and kinds that are not known. */
export function meaningOf(batch: EventBatch, row: number, pageBytes: number): Meaning | undefined {
  const kind = kindOf(batch.kind[row] ?? 0);
  if (!isCall(kind)) return undefined;
  const arg = (index: number): number => argument(batch, row, index);
  const pages = (bytes: number): number => roundUpToPages(bytes, pageBytes);
  const result = batch.result[row] ?? 0;
  const worked = isResultKnown(batch, row) && errnoOf(result) === 0;
  switch (kind) {
    case "mmap":
      return {
        addr: worked ? result : arg(0),
        length: pages(arg(1)),
        prot: protWords.format(arg(2)),
        flags: mapWords.format(arg(3)),
      };
    case "munmap":
      return { addr: arg(0), length: pages(arg(1)) };
    case "mremap": {
      const fixed = hasFlags(arg(3), mremapFlags.fixed);
      return {
        addr: arg(0),
        length: pages(arg(1)),
        ...(worked ? { newAddr: result } : fixed ? { newAddr: arg(4) } : {}),
        newLength: pages(arg(2)),
        flags: mremapWords.format(arg(3)),
      };
    }
    case "mprotect":
    case "pkey_mprotect":
      return { addr: arg(0), length: pages(arg(1)), prot: protWords.format(arg(2)) };
    case "brk":
      return { addr: worked ? result : arg(0) };
    case "madvise":
      return { addr: arg(0), length: pages(arg(1)), advice: adviceWord(arg(2)) };
    case "shmat": {
      const sized = ((batch.flags[row] ?? 0) & eventFlags.shmSize) !== 0;
      return {
        addr: worked ? result : arg(1),
        ...(sized ? { length: pages(arg(3)) } : {}),
        flags: shmWords.format(arg(2)),
      };
    }
    case "shmdt":
    case "io_destroy":
      return { addr: arg(0) };
    case "remap_file_pages":
      return {
        addr: arg(0),
        length: pages(arg(1)),
        prot: protWords.format(arg(2)),
        flags: mapWords.format(arg(4)),
      };
    case "prctl":
      return arg(0) === prSetVma ? { addr: arg(2), length: pages(arg(3)) } : {};
    case "clone":
      return cloneFlagsWord(arg(0));
    case "io_setup":
    case "vfork":
    case "execve":
    case "execveat":
    case "exit_group":
      return {};
    default:
      return assertNever(kind);
  }
}

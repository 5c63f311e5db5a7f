/** One call as strace prints it, exact enough to be read back as the same event. */

import { formatHex } from "../../base/units.ts";
import { type EventBatch, eventFlags } from "../../events/batch.ts";
import { errnoAt, exactValues, isResultKnown } from "../../events/describe.ts";
import { errnoName } from "../../events/errno.ts";
import { hasFlags, mapFlags, prSetVma } from "../../events/flags.ts";
import type { CallName } from "../../events/kinds.ts";
import { adviceWord, mapWords, mremapWords, protWords, shmWords } from "../../events/words.ts";
import { forkNote } from "../import/strace/forks.ts";

type Value = number | bigint;
type Form = (value: Value) => string;

/** Numbers in decimal; values that a double does not hold, as hexadecimal registers. */
const decimal: Form = (value) =>
  typeof value === "number" && Number.isSafeInteger(value) ? String(value) : formatHex(value);
const address: Form = (value) => (Number(value) === 0 ? "NULL" : formatHex(value));
const hex: Form = (value) => (Number(value) === 0 ? "0" : formatHex(value));

/** Words, when they parse back to exactly the number. */
function worded(format: (value: number) => string): Form {
  return (value) => (typeof value === "number" && value >= 0 ? format(value) : decimal(value));
}

const prot = worded(protWords.format);
const map = worded(mapWords.format);
const mremap = worded(mremapWords.format);
const shm = worded(shmWords.format);
const advice = worded(adviceWord);

const forms: Readonly<Partial<Record<CallName, readonly Form[]>>> = {
  mmap: [address, decimal, prot, map, decimal, hex],
  munmap: [address, decimal],
  mremap: [address, decimal, decimal, mremap, address],
  mprotect: [address, decimal, prot],
  pkey_mprotect: [address, decimal, prot, decimal],
  brk: [address],
  madvise: [address, decimal, advice],
  shmat: [decimal, address, shm],
  shmdt: [address],
  remap_file_pages: [address, decimal, prot, decimal, map],
  io_setup: [decimal, hex],
  io_destroy: [hex],
  exit_group: [decimal],
};

/** `mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</lib/libc.so.6>, 0)`, for all but execs. */
export function callText(
  batch: EventBatch,
  row: number,
  call: CallName,
  path: string | undefined,
): string {
  const { args } = exactValues(batch, row);
  if (call === "clone") return cloneText(args);
  if (call === "prctl") return prctlText(args);
  const words = (forms[call] ?? []).map((form, i) => form(args[i] ?? 0));
  const flags = Number(args[3] ?? 0);
  if (call === "mmap" && path !== undefined && !hasFlags(flags, mapFlags.anonymous)) {
    words[4] += `<${quoted(path, "<>")}>`;
  }
  // The kernel reads the fifth argument when a flag says so; strace shows it only then.
  if (call === "mremap" && Number(args[4] ?? 0) === 0) words.pop();
  if (call === "shmat" && (batch.flags[row]! & eventFlags.shmSize) !== 0) {
    words[2] += ` /* ${batch.args[3]![row]} bytes */`;
  }
  return `${call}(${words.join(", ")})`;
}

function cloneText(args: readonly Value[]): string {
  // clone3 passes a pointer where clone and fork pass flags; what it pointed to was not recorded.
  if (Number(args[0]) > 0xffff_ffff) {
    return `clone3(${hex(args[0]!)}, ${decimal(args[1]!)} /* ${forkNote} */)`;
  }
  return `clone(${args.map(hex).join(", ")})`;
}

function prctlText(args: readonly Value[]): string {
  const [option = 0, what = 0, ...rest] = args;
  const first = option === prSetVma ? "PR_SET_VMA" : hex(option);
  const second = option === prSetVma && what === 0 ? "PR_SET_VMA_ANON_NAME" : hex(what);
  return `prctl(${[first, second, hex(rest[0]!), decimal(rest[1]!), hex(rest[2]!)].join(", ")})`;
}

/** An exec's pointers with what they pointed to, where both are known. */
export function execText(
  batch: EventBatch,
  row: number,
  call: CallName,
  path: string,
  argv: readonly string[],
): string {
  const { args } = exactValues(batch, row);
  const program = `"${quoted(path, '"')}"`;
  const list = argvText(argv);
  const words = args.map(hex);
  const at = call === "execveat" ? 1 : 0;
  const noted = (index: number, note: string): void => {
    words[index] = words[index] === "0" ? note : `${words[index]} /* ${note} */`;
  };
  noted(at, program);
  noted(at + 1, list);
  return `${call}(${words.join(", ")})`;
}

export function argvText(argv: readonly string[]): string {
  return `[${argv.map((word) => `"${quoted(word, '"')}"`).join(", ")}]`;
}

const addressResults: ReadonlySet<string> = new Set(["mmap", "mremap", "brk", "shmat"]);

/** `0x7f0e94b02000`, `-1 ENOMEM`, `?`. */
export function resultText(batch: EventBatch, row: number, call: CallName): string {
  if (!isResultKnown(batch, row)) return "?";
  const error = errnoAt(batch, row);
  const { result } = exactValues(batch, row);
  const name = errnoName(error);
  const failure = /^\d/.test(name) ? `-1 E??? (errno ${name})` : `-1 ${name}`;
  const isAddress = addressResults.has(call) && Number(result) !== 0;
  const value = error !== 0 ? failure : isAddress ? formatHex(result) : decimal(result);
  const isAssumed = (batch.flags[row]! & eventFlags.resultAssumed) !== 0;
  return isAssumed ? `${value} (assumed)` : value;
}

const encoder = new TextEncoder();

/** UTF-8 bytes in C's escapes: everything that is not plain ASCII, and `special`, in octal. */
export function quoted(text: string, special: string): string {
  let result = "";
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte);
    if (byte === 92) result += "\\\\";
    else if (byte < 32 || byte > 126 || special.includes(character)) {
      result += `\\${byte.toString(8).padStart(3, "0")}`;
    } else result += character;
  }
  return result;
}

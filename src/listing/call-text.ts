/** A call with its arguments in words, and its result, as strace would write them. */

import { assertNever } from "../base/assert.ts";
import { shortenPath } from "../base/columns.ts";
import { printable } from "../base/printable.ts";
import type { Style } from "../base/style.ts";
import { formatAddress, formatBytes, formatHex } from "../base/units.ts";
import { type EventBatch, eventFlags } from "../events/batch.ts";
import { errnoAt, exactValues, isResultKnown } from "../events/describe.ts";
import { errnoName } from "../events/errno.ts";
import { asInt, hasFlags, mapFlags, mremapFlags, prSetVma } from "../events/flags.ts";
import { type CallName, kindOf } from "../events/kinds.ts";
import {
  adviceWord,
  cloneWords,
  mapWords,
  mremapWords,
  protWords,
  shmWords,
} from "../events/words.ts";
import type { EventContext } from "../store/event-context.ts";

interface Options {
  readonly exact: boolean;
}

const pathWidth = 40;

/** `mremap(0x7f12_3400_0000, 64 MiB, 128 MiB, MREMAP_MAYMOVE)` */
export function callText(
  batch: EventBatch,
  row: number,
  context: EventContext,
  style: Style,
  options: Options,
): string {
  const kind = kindOf(batch.kind[row] ?? 0) as CallName;
  const { args } = exactValues(batch, row);
  const number = (index: number): number => Number(args[index] ?? 0);
  const address = (index: number): string => addressText(args[index] ?? 0, options);
  const size = (index: number): string => sizeText(args[index] ?? 0, options);
  const file = (): string => {
    const path = context.pathOf(batch.file[row] ?? 0);
    if (path === undefined) return "";
    const safe = printable(path);
    return options.exact ? safe : shortenPath(safe, pathWidth, style.pick("…", "..."));
  };
  const words = (): readonly string[] => {
    switch (kind) {
      case "mmap": {
        const anonymous = hasFlags(number(3), mapFlags.anonymous);
        const path = file();
        const fd = path === "" ? String(asInt(number(4))) : `${asInt(number(4))}<${path}>`;
        const offset = anonymous || number(5) === 0 ? "0" : formatHex(args[5] ?? 0);
        const prot = protWords.format(number(2));
        return [address(0), size(1), prot, mapWords.format(number(3)), fd, offset];
      }
      case "munmap":
        return [address(0), size(1)];
      case "mremap": {
        const target = hasFlags(number(3), mremapFlags.fixed) ? [address(4)] : [];
        return [address(0), size(1), size(2), mremapWords.format(number(3)), ...target];
      }
      case "mprotect":
        return [address(0), size(1), protWords.format(number(2))];
      case "pkey_mprotect":
        return [address(0), size(1), protWords.format(number(2)), String(asInt(number(3)))];
      case "brk":
      case "shmdt":
        return [address(0)];
      case "madvise":
        return [address(0), size(1), adviceWord(asInt(number(2)))];
      case "shmat":
        return [String(asInt(number(0))), address(1), shmWords.format(number(2))];
      case "remap_file_pages": {
        const page = String(args[3] ?? 0);
        const flags = mapWords.format(number(4));
        return [address(0), size(1), protWords.format(number(2)), page, flags];
      }
      case "io_setup":
        return [String(number(0)), address(1)];
      case "io_destroy":
        return [formatHex(args[0] ?? 0)];
      case "prctl": {
        if (number(0) !== prSetVma) return args.map(formatHex);
        const option = number(1) === 0 ? "PR_SET_VMA_ANON_NAME" : formatHex(args[1] ?? 0);
        return ["PR_SET_VMA", option, address(2), size(3), address(4)];
      }
      case "clone":
        // clone3 passes a pointer where clone and fork pass flags.
        if (number(0) > 0xffff_ffff) return [address(0), String(number(1))];
        return [cloneWords.format(number(0))];
      case "vfork":
        return [];
      case "execve":
      case "execveat":
        return [file() || style.pick("…", "...")];
      case "exit_group":
        return [String(asInt(number(0)))];
      default:
        return assertNever(kind);
    }
  };
  const sized = kind === "shmat" && ((batch.flags[row] ?? 0) & eventFlags.shmSize) !== 0;
  const note = sized ? ` /* ${sizeText(batch.args[3]?.[row] ?? 0, options)} */` : "";
  return `${kind}(${words().join(", ")}${note})`;
}

const addressResults: ReadonlySet<CallName> = new Set(["mmap", "mremap", "brk", "shmat"]);

/** `0x7f12_2000_0000`, `0`, `-1 ENOMEM`, or `?` for a call that never came back. */
export function resultText(batch: EventBatch, row: number, style: Style, options: Options): string {
  if (!isResultKnown(batch, row)) return style.paint("quiet", "?");
  const error = errnoAt(batch, row);
  if (error !== 0) return style.paint("bad", `-1 ${errnoName(error)}`);
  const { result } = exactValues(batch, row);
  const isAddress = addressResults.has(kindOf(batch.kind[row] ?? 0) as CallName);
  return isAddress ? addressText(result, options) : String(result);
}

function addressText(value: number | bigint, { exact }: Options): string {
  if (value === 0 || value === 0n) return "NULL";
  return exact ? formatHex(value) : formatAddress(value);
}

function sizeText(value: number | bigint, { exact }: Options): string {
  if (exact || value < 0 || value > Number.MAX_SAFE_INTEGER) {
    return value < 0 ? formatHex(value) : String(value);
  }
  return formatBytes(Number(value));
}

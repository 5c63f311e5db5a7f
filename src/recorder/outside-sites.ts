/** Finds mapping calls in a process's code outside libc, which the hook does not see. */
import { closeSync, openSync, readSync } from "node:fs";
import type { CoveredSite } from "../events/process.ts";

/** x86-64 numbers of the calls that change a mapping. */
const numbers = new Map<number, string>([
  [9, "mmap"],
  [10, "mprotect"],
  [11, "munmap"],
  [12, "brk"],
  [25, "mremap"],
  [28, "madvise"],
  [30, "shmat"],
  [67, "shmdt"],
  [206, "io_setup"],
  [207, "io_destroy"],
  [216, "remap_file_pages"],
  [329, "pkey_mprotect"],
]);

const syscallCode = Buffer.from([0x0f, 0x05]);
const movNumber = 0xb8;
const movBytes = 5;
/** A few instructions that load arguments may stand between the number and the call. */
const mostBetween = 20;
const pieceBytes = 1 << 22;
const reachBytes = movBytes + mostBetween;

/** The call whose number is loaded shortly before the `syscall` at `at`, if it is one of ours. */
function callBefore(code: Buffer, at: number): string | undefined {
  // 0f 05 00 00 is an operand inside another instruction: code does not continue with zeros.
  if (code[at + 2] === 0 && code[at + 3] === 0) return undefined;
  for (let back = movBytes; back <= reachBytes && back <= at; back++) {
    const from = at - back;
    if (code[from] !== movNumber || code[from + 4] !== 0) continue;
    const call = numbers.get(code.readUInt32LE(from + 1));
    if (call !== undefined) return call;
  }
  return undefined;
}

interface CodeRange {
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
}

const mapsLine = /^([0-9a-f]+)-([0-9a-f]+) ..(.). ([0-9a-f]+) \S+ \d+ +(\/.*)$/gm;

/**
 * Executable file mappings of a maps text, without those of libraries that begin at one of `bases`: a
 * second copy of a library (dlmopen) is not covered by the first.
 */
function codeRanges(maps: string, bases: ReadonlySet<number>): CodeRange[] {
  const ranges: CodeRange[] = [];
  const baseOf = new Map<string, number>();
  for (const [, from, to, execute, offset, path] of maps.matchAll(mapsLine)) {
    const start = Number.parseInt(from!, 16);
    const fileOffset = Number.parseInt(offset!, 16);
    if (fileOffset === 0) baseOf.set(path!, start);
    if (execute !== "x" || bases.has(baseOf.get(path!) ?? -1)) continue;
    ranges.push({ path: path!, offset: fileOffset, bytes: Number.parseInt(to!, 16) - start });
  }
  return ranges;
}

/** Caches the sites of each file for the duration of a recording. */
export class OutsideSites {
  readonly #found = new Map<string, readonly CoveredSite[]>();

  /**
   * Sites in the code that a maps text shows. `bases` has the addresses of the libraries that the
   * hook went through itself, and its own. A file that cannot be read has none.
   */
  look(maps: string, bases: ReadonlySet<number>): CoveredSite[] {
    return codeRanges(maps, bases).flatMap((range) => {
      const key = `${range.path}:${range.offset}:${range.bytes}`;
      const before = this.#found.get(key);
      if (before !== undefined) return before;
      const sites = scan(range);
      this.#found.set(key, sites);
      return sites;
    });
  }
}

function scan({ path, offset, bytes }: CodeRange): CoveredSite[] {
  const sites: CoveredSite[] = [];
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return sites;
  }
  const module = path.slice(path.lastIndexOf("/") + 1);
  const reason = "made without libc";
  try {
    const piece = Buffer.alloc(pieceBytes + reachBytes);
    for (let from = 0; from < bytes; from += pieceBytes) {
      const lead = from === 0 ? 0 : reachBytes;
      const wanted = Math.min(pieceBytes, bytes - from) + lead;
      const code = piece.subarray(0, readSync(fd, piece, 0, wanted, offset + from - lead));
      for (let at = code.indexOf(syscallCode); at >= 0; at = code.indexOf(syscallCode, at + 1)) {
        const call = callBefore(code, at);
        if (call === undefined || (lead > 0 && at < lead - 1)) continue;
        const place = `0x${(offset + from - lead + at).toString(16)}`;
        sites.push({ call, module, offset: place, patched: false, reason });
      }
    }
  } catch {
    // Sites found before the error count.
  } finally {
    closeSync(fd);
  }
  return sites;
}

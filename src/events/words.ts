/** The kernel's words for flags and numbers in arguments, as in `MAP_PRIVATE|MAP_ANONYMOUS`, and back. */

import { formatHex } from "../base/units.ts";
import { advices, mapFlags, mapHugeShift, mremapFlags, prot, shmFlags } from "./flags.ts";

/** Formats and parses words joined by `|`. */
export interface FlagWords {
  /** The value in words; bits without a word follow in hexadecimal. */
  format(value: number): string;
  /** The value of words and numbers joined by `|`; undefined for a word that is not known. */
  parse(text: string): number | undefined;
}

interface FlagTable {
  /** The word for 0. */
  readonly zero: string;
  /** Bits below this mask are one number, not flags: `choices` has their words. */
  readonly mask?: number;
  readonly choices?: Readonly<Record<string, number>>;
  readonly flags: Readonly<Record<string, number>>;
  /** A number in the bits from `shift` on: MAP_HUGE_SHIFT. */
  readonly field?: { readonly shift: number; readonly name: string };
}

const twoTo32 = 0x1_0000_0000;

function parseNumber(text: string): number | undefined {
  return /^(?:0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : undefined;
}

function flagWords(table: FlagTable): FlagWords {
  const choices = Object.entries(table.choices ?? {});
  const flags = Object.entries(table.flags);
  const mask = table.mask ?? 0;
  const numbers = new Map([...choices, ...flags]);
  const cache = new Map<number, string>();

  function words(value: number): string {
    if (value === 0) return table.zero;
    if (!Number.isSafeInteger(value) || value < 0) return formatHex(value);
    const found: string[] = [];
    const choice = choices.find(([, number]) => number === (value & mask) >>> 0);
    if (choice !== undefined) found.push(choice[0]);
    let rest = (value % twoTo32) - (choice?.[1] ?? 0);
    for (const [word, bit] of flags) {
      if ((rest & bit) >>> 0 !== bit) continue;
      found.push(word);
      rest -= bit;
    }
    if (table.field !== undefined && rest >>> table.field.shift > 0) {
      const number = rest >>> table.field.shift;
      found.push(`${number}<<${table.field.name}`);
      rest -= number * 2 ** table.field.shift;
    }
    rest += Math.floor(value / twoTo32) * twoTo32;
    if (rest !== 0 || found.length === 0) found.push(formatHex(rest));
    return found.join("|");
  }

  function valueOfWord(word: string): number | undefined {
    if (word === table.zero) return 0;
    const shifted = /^(\d+)<<(\w+)$/.exec(word);
    if (shifted !== null && shifted[2] === table.field?.name) {
      return Number(shifted[1]) * 2 ** (table.field?.shift ?? 0);
    }
    return numbers.get(word) ?? parseNumber(word);
  }

  return {
    format(value) {
      let text = cache.get(value);
      if (text === undefined) {
        text = words(value);
        if (cache.size < 512) cache.set(value, text);
      }
      return text;
    },
    parse(text) {
      let sum = 0;
      for (const word of text.split("|")) {
        const value = valueOfWord(word.trim());
        if (value === undefined) return undefined;
        sum += value;
      }
      return sum;
    },
  };
}

/** mmap(2), mprotect(2). */
export const protWords = flagWords({
  zero: "PROT_NONE",
  flags: {
    PROT_READ: prot.read,
    PROT_WRITE: prot.write,
    PROT_EXEC: prot.exec,
    PROT_SEM: prot.sem,
    PROT_GROWSDOWN: prot.growsDown,
    PROT_GROWSUP: prot.growsUp,
  },
});

/**
 * mmap(2): the low four bits are the mapping's type. MAP_UNINITIALIZED is left out: its bit is the
 * lowest of the huge page size, and no kernel with an MMU takes it.
 */
export const mapWords = flagWords({
  zero: "0",
  mask: 0xf,
  choices: {
    MAP_SHARED: mapFlags.shared,
    MAP_PRIVATE: mapFlags.private,
    MAP_SHARED_VALIDATE: mapFlags.sharedValidate,
    MAP_DROPPABLE: mapFlags.droppable,
  },
  flags: {
    MAP_FIXED: mapFlags.fixed,
    MAP_ANONYMOUS: mapFlags.anonymous,
    MAP_32BIT: mapFlags.below2GiB,
    MAP_ABOVE4G: mapFlags.above4GiB,
    MAP_GROWSDOWN: mapFlags.growsDown,
    MAP_DENYWRITE: mapFlags.denyWrite,
    MAP_EXECUTABLE: mapFlags.executable,
    MAP_LOCKED: mapFlags.locked,
    MAP_NORESERVE: mapFlags.noReserve,
    MAP_POPULATE: mapFlags.populate,
    MAP_NONBLOCK: mapFlags.nonBlock,
    MAP_STACK: mapFlags.stack,
    MAP_HUGETLB: mapFlags.hugetlb,
    MAP_SYNC: mapFlags.sync,
    MAP_FIXED_NOREPLACE: mapFlags.fixedNoReplace,
  },
  field: { shift: mapHugeShift, name: "MAP_HUGE_SHIFT" },
});

export const mremapWords = flagWords({
  zero: "0",
  flags: {
    MREMAP_MAYMOVE: mremapFlags.mayMove,
    MREMAP_FIXED: mremapFlags.fixed,
    MREMAP_DONTUNMAP: mremapFlags.dontUnmap,
  },
});

/** shmat(2). */
export const shmWords = flagWords({
  zero: "0",
  flags: {
    SHM_RDONLY: shmFlags.readOnly,
    SHM_RND: shmFlags.round,
    SHM_REMAP: shmFlags.remap,
    SHM_EXEC: shmFlags.exec,
  },
});

/** clone(2); the low byte is the signal that the parent gets, 17 is SIGCHLD. */
export const cloneWords = flagWords({
  zero: "0",
  mask: 0xff,
  choices: { SIGCHLD: 17, SIGUSR1: 10, SIGUSR2: 12 },
  flags: {
    CLONE_VM: 0x100,
    CLONE_FS: 0x200,
    CLONE_FILES: 0x400,
    CLONE_SIGHAND: 0x800,
    CLONE_PIDFD: 0x1000,
    CLONE_PTRACE: 0x2000,
    CLONE_VFORK: 0x4000,
    CLONE_PARENT: 0x8000,
    CLONE_THREAD: 0x1_0000,
    CLONE_NEWNS: 0x2_0000,
    CLONE_SYSVSEM: 0x4_0000,
    CLONE_SETTLS: 0x8_0000,
    CLONE_PARENT_SETTID: 0x10_0000,
    CLONE_CHILD_CLEARTID: 0x20_0000,
    CLONE_DETACHED: 0x40_0000,
    CLONE_UNTRACED: 0x80_0000,
    CLONE_CHILD_SETTID: 0x100_0000,
    CLONE_NEWCGROUP: 0x200_0000,
    CLONE_NEWUTS: 0x400_0000,
    CLONE_NEWIPC: 0x800_0000,
    CLONE_NEWUSER: 0x1000_0000,
    CLONE_NEWPID: 0x2000_0000,
    CLONE_NEWNET: 0x4000_0000,
    CLONE_IO: 0x8000_0000,
  },
});

/** madvise(2). */
export const advice: Readonly<Record<string, number>> = {
  MADV_NORMAL: advices.normal,
  MADV_RANDOM: advices.random,
  MADV_SEQUENTIAL: advices.sequential,
  MADV_WILLNEED: advices.willNeed,
  MADV_DONTNEED: advices.dontNeed,
  MADV_FREE: advices.free,
  MADV_REMOVE: advices.remove,
  MADV_DONTFORK: advices.dontFork,
  MADV_DOFORK: advices.doFork,
  MADV_MERGEABLE: advices.mergeable,
  MADV_UNMERGEABLE: advices.unmergeable,
  MADV_HUGEPAGE: advices.hugePage,
  MADV_NOHUGEPAGE: advices.noHugePage,
  MADV_DONTDUMP: advices.dontDump,
  MADV_DODUMP: advices.doDump,
  MADV_WIPEONFORK: advices.wipeOnFork,
  MADV_KEEPONFORK: advices.keepOnFork,
  MADV_COLD: advices.cold,
  MADV_PAGEOUT: advices.pageOut,
  MADV_POPULATE_READ: advices.populateRead,
  MADV_POPULATE_WRITE: advices.populateWrite,
  MADV_DONTNEED_LOCKED: advices.dontNeedLocked,
  MADV_COLLAPSE: advices.collapse,
  MADV_HWPOISON: advices.hwPoison,
  MADV_SOFT_OFFLINE: advices.softOffline,
  MADV_GUARD_INSTALL: advices.guardInstall,
  MADV_GUARD_REMOVE: advices.guardRemove,
};

const adviceNumbers = new Map(Object.entries(advice));
const adviceNames = new Map(Object.entries(advice).map(([word, number]) => [number, word]));

export function adviceWord(value: number): string {
  return adviceNames.get(value) ?? formatHex(value);
}

export function parseAdvice(text: string): number | undefined {
  return adviceNumbers.get(text) ?? parseNumber(text);
}

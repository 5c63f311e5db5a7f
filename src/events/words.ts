/** Numbers in arguments to the kernel's words and back. The only file with bit operations on flags. */

import { formatHex } from "../base/units.ts";

export const mapFlags = {
  shared: 1,
  private: 2,
  fixed: 0x10,
  anonymous: 0x20,
  growsDown: 0x100,
  fixedNoReplace: 0x100000,
} as const;
export const mremapFlags = { mayMove: 1, fixed: 2, dontUnmap: 4 } as const;

/** PR_SET_VMA of prctl(2), and the only sub-option there is. */
export const prSetVma = 0x53564d41;

/** Words joined by `|`, both ways. */
export interface FlagWords {
  /** The value in words; what has no word follows as hexadecimal. */
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

/** mmap(2), mprotect(2): include/uapi/asm-generic/mman-common.h. */
export const protWords = flagWords({
  zero: "PROT_NONE",
  flags: {
    PROT_READ: 1,
    PROT_WRITE: 2,
    PROT_EXEC: 4,
    PROT_SEM: 8,
    PROT_GROWSDOWN: 0x0100_0000,
    PROT_GROWSUP: 0x0200_0000,
  },
});

/**
 * mmap(2): the low four bits are the mapping's type. MAP_UNINITIALIZED is left out: its bit is the
 * lowest of the huge page size, and no kernel with an MMU takes it.
 */
export const mapWords = flagWords({
  zero: "0",
  mask: 0xf,
  choices: { MAP_SHARED: 1, MAP_PRIVATE: 2, MAP_SHARED_VALIDATE: 3, MAP_DROPPABLE: 8 },
  flags: {
    MAP_FIXED: 0x10,
    MAP_ANONYMOUS: 0x20,
    MAP_32BIT: 0x40,
    MAP_ABOVE4G: 0x80,
    MAP_GROWSDOWN: 0x100,
    MAP_DENYWRITE: 0x800,
    MAP_EXECUTABLE: 0x1000,
    MAP_LOCKED: 0x2000,
    MAP_NORESERVE: 0x4000,
    MAP_POPULATE: 0x8000,
    MAP_NONBLOCK: 0x1_0000,
    MAP_STACK: 0x2_0000,
    MAP_HUGETLB: 0x4_0000,
    MAP_SYNC: 0x8_0000,
    MAP_FIXED_NOREPLACE: 0x10_0000,
  },
  field: { shift: 26, name: "MAP_HUGE_SHIFT" },
});

export const mremapWords = flagWords({
  zero: "0",
  flags: { MREMAP_MAYMOVE: 1, MREMAP_FIXED: 2, MREMAP_DONTUNMAP: 4 },
});

/** shmat(2). */
export const shmWords = flagWords({
  zero: "0",
  flags: { SHM_RDONLY: 0o10000, SHM_RND: 0o20000, SHM_REMAP: 0o40000, SHM_EXEC: 0o100000 },
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

/** madvise(2): one number each, include/uapi/asm-generic/mman-common.h. */
export const advice: Readonly<Record<string, number>> = {
  MADV_NORMAL: 0,
  MADV_RANDOM: 1,
  MADV_SEQUENTIAL: 2,
  MADV_WILLNEED: 3,
  MADV_DONTNEED: 4,
  MADV_FREE: 8,
  MADV_REMOVE: 9,
  MADV_DONTFORK: 10,
  MADV_DOFORK: 11,
  MADV_MERGEABLE: 12,
  MADV_UNMERGEABLE: 13,
  MADV_HUGEPAGE: 14,
  MADV_NOHUGEPAGE: 15,
  MADV_DONTDUMP: 16,
  MADV_DODUMP: 17,
  MADV_WIPEONFORK: 18,
  MADV_KEEPONFORK: 19,
  MADV_COLD: 20,
  MADV_PAGEOUT: 21,
  MADV_POPULATE_READ: 22,
  MADV_POPULATE_WRITE: 23,
  MADV_DONTNEED_LOCKED: 24,
  MADV_COLLAPSE: 25,
  MADV_HWPOISON: 100,
  MADV_SOFT_OFFLINE: 101,
  MADV_GUARD_INSTALL: 102,
  MADV_GUARD_REMOVE: 103,
};

const adviceNumbers = new Map(Object.entries(advice));
const adviceNames = new Map(Object.entries(advice).map(([word, number]) => [number, word]));

export function adviceWord(value: number): string {
  return adviceNames.get(value) ?? formatHex(value);
}

export function parseAdvice(text: string): number | undefined {
  return adviceNumbers.get(text) ?? parseNumber(text);
}

/** A C int in a register: its low 32 bits, signed. The kernel ignores the rest. */
export function asInt(value: number): number {
  return value | 0;
}

/** True when all bits of `flags` are set in `value`, which may be above 2^31. */
export function hasFlags(value: number, flags: number): boolean {
  return (value & flags) >>> 0 === flags >>> 0;
}

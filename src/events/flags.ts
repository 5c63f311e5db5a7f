/** The kernel's flags and numbers in the arguments of calls, each once; words.ts has their names. */

/** mmap(2), mprotect(2): include/uapi/asm-generic/mman-common.h. */
export const prot = {
  none: 0,
  read: 1,
  write: 2,
  exec: 4,
  sem: 8,
  growsDown: 0x0100_0000,
  growsUp: 0x0200_0000,
} as const;

/** mmap(2). `typeMask` covers the mapping's type, which is one number: shared, private or another. */
export const mapFlags = {
  shared: 1,
  private: 2,
  sharedValidate: 3,
  droppable: 8,
  typeMask: 0xf,
  fixed: 0x10,
  anonymous: 0x20,
  below2GiB: 0x40,
  above4GiB: 0x80,
  growsDown: 0x100,
  denyWrite: 0x800,
  executable: 0x1000,
  locked: 0x2000,
  noReserve: 0x4000,
  populate: 0x8000,
  nonBlock: 0x1_0000,
  stack: 0x2_0000,
  hugetlb: 0x4_0000,
  sync: 0x8_0000,
  fixedNoReplace: 0x10_0000,
} as const;

/** MAP_HUGE_SHIFT: from here on mmap's flags hold the log2 of the huge page size, in six bits. */
export const mapHugeShift = 26;
export const mapHugeMask = 0x3f;

/** mremap(2). */
export const mremapFlags = { mayMove: 1, fixed: 2, dontUnmap: 4 } as const;

/** shmat(2): include/uapi/linux/shm.h. */
export const shmFlags = {
  readOnly: 0o10000,
  round: 0o20000,
  remap: 0o40000,
  exec: 0o100000,
} as const;

/** madvise(2): one number each, include/uapi/asm-generic/mman-common.h. */
export const advices = {
  normal: 0,
  random: 1,
  sequential: 2,
  willNeed: 3,
  dontNeed: 4,
  free: 8,
  remove: 9,
  dontFork: 10,
  doFork: 11,
  mergeable: 12,
  unmergeable: 13,
  hugePage: 14,
  noHugePage: 15,
  dontDump: 16,
  doDump: 17,
  wipeOnFork: 18,
  keepOnFork: 19,
  cold: 20,
  pageOut: 21,
  populateRead: 22,
  populateWrite: 23,
  dontNeedLocked: 24,
  collapse: 25,
  hwPoison: 100,
  softOffline: 101,
  guardInstall: 102,
  guardRemove: 103,
} as const;

/** PR_SET_VMA of prctl(2), and the only sub-option there is. */
export const prSetVma = 0x53564d41;

/** A C int in a register: its low 32 bits, signed. The kernel ignores the rest. */
export function asInt(value: number): number {
  return value | 0;
}

/** True when all bits of `flags` are set in `value`, which may be above 2^31. */
export function hasFlags(value: number, flags: number): boolean {
  return (value & flags) >>> 0 === flags >>> 0;
}

/** The bits of a region's mode: protection, sharing, what the kernel remembers about it, and its kind. */

/**
 * Bits 0 to 3 are what /proc/PID/maps shows. The rest mirror vm_flags (include/linux/mm.h) as far as
 * they decide whether neighbours merge or a call succeeds. `joined` and `heap` belong to the model.
 */
export const modes = {
  read: 1 << 0,
  write: 1 << 1,
  exec: 1 << 2,
  shared: 1 << 3,
  /** VM_ACCOUNT: counted against the commit limit. */
  account: 1 << 4,
  noReserve: 1 << 5,
  locked: 1 << 6,
  /** MADV_DONTFORK: a forked child does not get it. */
  dontFork: 1 << 7,
  wipeOnFork: 1 << 8,
  random: 1 << 9,
  sequential: 1 << 10,
  dontDump: 1 << 11,
  hugePage: 1 << 12,
  noHugePage: 1 << 13,
  mergeable: 1 << 14,
  /** The file was not open for writing, so mprotect cannot make it writable (VM_MAYWRITE is clear). */
  neverWrite: 1 << 15,
  growsDown: 1 << 16,
  /** VM_DONTEXPAND: mremap cannot resize it. */
  fixedSize: 1 << 17,
  /** Same kernel VMA as the region directly below, as far as calls can tell. */
  joined: 1 << 18,
  /** Grown by brk. */
  heap: 1 << 19,
  /** VM_SYNC: MAP_SYNC was given. */
  sync: 1 << 24,
} as const;

/** Where the four bits of the protection key begin. */
const pkeyShift = 20;
export const pkeyMask = 15 << pkeyShift;
/** Stands for the key that the kernel keeps for memory that can only be executed. */
export const executeOnlyKey = 15;

export function keyBits(pkey: number): number {
  return (pkey & 15) << pkeyShift;
}

export const accessMask = modes.read | modes.write | modes.exec;

/** What must be equal for two neighbours to be one VMA. */
export const mergeMask = ~(modes.joined | modes.heap);

/** What a region is backed by; the mode's upper four bits. */
export const kinds = {
  anonymous: 0,
  file: 1,
  /** MAP_SHARED | MAP_ANONYMOUS: each one an unnamed object of its own. */
  sharedAnonymous: 2,
  /** A System V segment; the backing is its id plus 1, or 0. */
  sysv: 3,
  /** The ring of io_setup. */
  aio: 4,
  stack: 5,
  /** [vdso], [vvar], [vsyscall] and the like; the backing names it. */
  special: 6,
  hugetlb: 7,
} as const;

const kindShift = 28;

export function kindBits(kind: number): number {
  return (kind << kindShift) >>> 0;
}

export function kindOfMode(mode: number): number {
  return mode >>> kindShift;
}

/**
 * The region's file in the FileTable; 0 where it has none. Only these two kinds have one: the backing
 * of a segment and of nameless shared memory is a number of another sort.
 */
export function fileOf(mode: number, backing: number): number {
  const kind = kindOfMode(mode);
  return kind === kinds.file || kind === kinds.special ? backing : 0;
}

/** Whether the place in the backing goes on from one neighbour to the next: not for private memory. */
export function hasOffset(mode: number): boolean {
  const kind = kindOfMode(mode);
  return kind !== kinds.anonymous && kind !== kinds.stack && kind !== kinds.special;
}

const permissions = Array.from(
  { length: 16 },
  (_, bits) =>
    (bits & modes.read ? "r" : "-") +
    (bits & modes.write ? "w" : "-") +
    (bits & modes.exec ? "x" : "-") +
    (bits & modes.shared ? "s" : "p"),
);

/** The four letters of /proc/PID/maps: `rw-p`. */
export function permissionText(mode: number): string {
  return permissions[mode & 15] ?? "----";
}

export function permissionBits(text: string): number {
  return (
    (text[0] === "r" ? modes.read : 0) |
    (text[1] === "w" ? modes.write : 0) |
    (text[2] === "x" ? modes.exec : 0) |
    (text[3] === "s" ? modes.shared : 0)
  );
}

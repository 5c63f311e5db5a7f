/** The kinds of mapping that can block a growth, in common terms. */
import { accessMask, kindOfMode, kinds, modes } from "../../space/regions/modes.ts";
import { traits } from "./track.ts";

/** Kinds of blocker, derived from the birth, backing and protection of its mapping. */
export const blockerKinds = [
  /** The room that was needed was free: the kernel had another reason, such as a limit. */
  "nothing",
  /** The old range ends inside its own mapping. */
  "rest of the same mapping",
  "thread stack",
  "malloc arena",
  "library",
  "file",
  "buffer of the same site",
  "guard",
  "reservation",
  "heap",
  "main stack",
  /** vdso, vvar and similar. */
  "kernel",
  "shared memory",
  "anonymous",
  /** maptrail's own memory in the recorded program. */
  "recorder",
] as const;

export type BlockerKind = (typeof blockerKinds)[number];

const codes = Object.fromEntries(blockerKinds.map((kind, code) => [kind, code])) as Readonly<
  Record<BlockerKind, number>
>;

/** PROT_NONE ranges up to this size are guards; longer ones are room reserved for later. */
const mostGuardBytes = 1024 ** 2;
/** glibc's HEAP_MAX_SIZE on 64-bit (malloc/arena.c): an arena's heaps are aligned to it. */
const arenaBytes = 64 * 1024 ** 2;

/** Index of the kind in `blockerKinds`. */
export function blockerCode(kind: BlockerKind): number {
  return codes[kind];
}

/**
 * The kind of a region that belongs to another mapping. `born` has its mapping's `traits` bits at
 * birth, `path` is the file that backs it, and `isOfSameSite` is true if the site that made it also
 * made the growing mapping.
 */
export function blockerKindOf(
  mode: number,
  born: number,
  path: string,
  start: number,
  end: number,
  isOfSameSite: boolean,
): BlockerKind {
  switch (kindOfMode(mode)) {
    case kinds.special:
      return "kernel";
    case kinds.stack:
      return "main stack";
    case kinds.file:
      return /\.so(\.[\d.]+)?$/.test(path) || (mode & modes.exec) !== 0 ? "library" : "file";
    case kinds.anonymous:
      break;
    default:
      return "shared memory";
  }
  if (mode & modes.heap) return "heap";
  if (born & traits.stack) return "thread stack";
  const untouchable = traits.bornUntouchable | traits.noReserve;
  if ((born & untouchable) === untouchable && start % arenaBytes === 0) return "malloc arena";
  if ((mode & accessMask) === 0) return end - start <= mostGuardBytes ? "guard" : "reservation";
  return isOfSameSite ? "buffer of the same site" : "anonymous";
}

/** Kinds for which the file's name says more. */
export function isNamedByFile(kind: BlockerKind): boolean {
  return kind === "library" || kind === "file" || kind === "kernel";
}

/** What stands in the way of a growth, in the words that people use for it. */
import { accessMask, kindOfMode, kinds, modes } from "../../space/regions/modes.ts";
import { traits } from "./track.ts";

/** What a blocker is, as far as its birth, its backing and its protection tell. */
export const blockerKinds = [
  /** Nothing stood in the room that was needed: the kernel had another reason, as a limit. */
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
  /** vdso, vvar and the like. */
  "kernel",
  "shared memory",
  "anonymous",
  /** Memory of maptrail in the recorded program. */
  "recorder",
] as const;

export type BlockerKind = (typeof blockerKinds)[number];

const codes = Object.fromEntries(blockerKinds.map((kind, code) => [kind, code])) as Readonly<
  Record<BlockerKind, number>
>;

/** An untouchable range up to this size is a guard; a longer one is room kept for later. */
const mostGuardBytes = 1024 ** 2;
/** glibc's HEAP_MAX_SIZE on 64-bit (malloc/arena.c): an arena's heap begins at a multiple of it. */
const arenaBytes = 64 * 1024 ** 2;

/** The kind's place in `blockerKinds`. */
export function blockerCode(kind: BlockerKind): number {
  return codes[kind];
}

/**
 * The kind of a region that is another mapping's. `born` has the bits of `traits` that its mapping was
 * born with, `path` is that of the file behind it, and `isOfSameSite` says that the place which made it
 * made the growing mapping too.
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

/** Kinds that a file's name tells more about. */
export function isNamedByFile(kind: BlockerKind): boolean {
  return kind === "library" || kind === "file" || kind === "kernel";
}

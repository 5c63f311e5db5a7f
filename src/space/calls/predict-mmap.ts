/** Predicts the result of mmap(2) and remap_file_pages(2): do_mmap in mm/mmap.c. */
import { errnoOf, errnos } from "../../events/errno.ts";
import { mapFlags, mapHugeMask, mapHugeShift, prot } from "../../events/flags.ts";
import { hasOffset, mergeMask, modes } from "../regions/modes.ts";
import { isFree } from "../state/edits.ts";
import { isAligned, unsigned } from "../state/pages.ts";
import { choosePlace } from "../state/placement.ts";
import type { SpaceState } from "../state/state.ts";
import { mmapBytes } from "./mmap.ts";

/** The file behind a descriptor, as mmap sees it. */
export interface DescriptorFacts {
  readonly readable: boolean;
  readonly writable: boolean;
  /** The file can be mapped at all: a pipe cannot. */
  readonly mappable: boolean;
  /** On a file system mounted noexec. */
  readonly noExec: boolean;
  /** F_SEAL_WRITE. */
  readonly sealed: boolean;
}

/** MAP_SHARED_VALIDATE refuses what is not among these (LEGACY_MAP_MASK). */
const legacyFlags =
  mapFlags.typeMask |
  mapFlags.fixed |
  mapFlags.anonymous |
  mapFlags.below2GiB |
  mapFlags.above4GiB |
  mapFlags.growsDown |
  mapFlags.denyWrite |
  mapFlags.executable |
  mapFlags.locked |
  mapFlags.noReserve |
  mapFlags.populate |
  mapFlags.nonBlock |
  mapFlags.stack |
  mapFlags.hugetlb |
  (mapHugeMask << mapHugeShift);

/** MAX_LFS_FILESIZE, to the byte above. */
const largestFile = 2 ** 63;

/** do_mmap's checks of a file: 0 or -errno. */
function refusalOfFile(file: DescriptorFacts, access: number, flags: number): number {
  const type = flags & mapFlags.typeMask;
  const writes = (access & prot.write) !== 0;
  if (type === mapFlags.sharedValidate && flags & ~legacyFlags) return -errnos.notSupported;
  const shared = type === mapFlags.shared || type === mapFlags.sharedValidate;
  if (!shared && type !== mapFlags.private) return -errnos.invalid;
  if (shared && writes && !file.writable) return -errnos.access;
  if (!file.readable) return -errnos.access;
  if (file.noExec && access & prot.exec) return -errnos.perm;
  if (!file.mappable) return -errnos.noDevice;
  if (flags & mapFlags.growsDown) return -errnos.invalid;
  return shared && writes && file.sealed ? -errnos.perm : 0;
}

/** Arguments as registers hold them: address, length, prot, flags, descriptor, offset. */
export function predictMmap(
  space: SpaceState,
  args: readonly number[],
  file: DescriptorFacts | undefined,
): number | undefined {
  const [address = 0, length = 0, access = 0, rawFlags = 0, , offset = 0] = args;
  const { pageBytes, taskSize, fixedNoReplace } = space.features;
  const flags = rawFlags | 0;
  const anonymous = (flags & mapFlags.anonymous) !== 0;
  if (!isAligned(offset, pageBytes)) return -errnos.invalid;
  if (!anonymous && file === undefined) return -errnos.badFile;
  if (!anonymous && flags & mapFlags.hugetlb) return -errnos.invalid;
  if (length === 0) return -errnos.invalid;
  const bytes = mmapBytes(space, length, flags);
  if (bytes === 0) return -errnos.noMemory;
  if (bytes > taskSize) return -errnos.noMemory;
  const exact = (flags & mapFlags.fixedNoReplace) !== 0 && fixedNoReplace;
  const fixed = exact || (flags & mapFlags.fixed) !== 0;
  let result: number | undefined;
  if (fixed) {
    // The kernel takes an address in the last page for an error number.
    if (errnoOf(address) !== 0) return address;
    const start = unsigned(address);
    if (start > taskSize - bytes) return -errnos.noMemory;
    if (!isAligned(address, pageBytes)) return -errnos.invalid;
    if (exact && !isFree(space, start, start + bytes)) return -errnos.exists;
    result = start;
  } else {
    result = choosePlace(space, address, bytes);
    if (result === -1) return -errnos.noMemory;
  }
  if (!anonymous && file !== undefined) {
    // file_mmap_ok: a pipe has no such limit.
    const most = file.mappable ? largestFile : 2 ** 64;
    if (unsigned(offset) + bytes > most - pageBytes) return -errnos.overflow;
    const refused = refusalOfFile(file, access, flags);
    if (refused !== 0) return refused;
  } else {
    const type = flags & mapFlags.typeMask;
    // Whether the kernel knows it (Linux 6.11) is not among its features.
    if (type === mapFlags.droppable) return undefined;
    if (type !== mapFlags.shared && type !== mapFlags.private) return -errnos.invalid;
    if (type === mapFlags.shared && flags & mapFlags.growsDown) return -errnos.invalid;
  }
  return result;
}

/** Arguments as registers hold them: start, size, prot, page offset, flags. */
export function predictRemapFilePages(
  space: SpaceState,
  args: readonly number[],
): number | undefined {
  const [rawStart = 0, rawSize = 0, prot = 0, toPage = 0] = args;
  const { pageBytes } = space.features;
  if ((prot | 0) !== 0) return -errnos.invalid;
  const start = Math.floor(unsigned(rawStart) / pageBytes) * pageBytes;
  const size = Math.floor(unsigned(rawSize) / pageBytes) * pageBytes;
  if (size === 0 || start + size >= 2 ** 64) return -errnos.invalid;
  // The file's pages may not wrap around either.
  if (toPage < 0 && toPage + size / pageBytes >= 0) return -errnos.invalid;
  const { map } = space;
  const { columns } = map;
  let row = map.find(start);
  if (row < 0 || map.start > start) return -errnos.invalid;
  const first = columns.mode[row]!;
  const backing = columns.backing[row]!;
  if ((first & modes.shared) === 0 || !hasOffset(first)) return -errnos.invalid;
  // It works on a sealed file, but not on one opened read-only: the region has one bit for both.
  if (first & modes.neverWrite) return undefined;
  for (let at = columns.end[row]!; at < start + size; at = columns.end[row]!) {
    row = map.next();
    if (row < 0 || map.start !== at || columns.backing[row] !== backing) return -errnos.invalid;
    if ((columns.mode[row]! ^ first) & mergeMask) return -errnos.invalid;
  }
  const tooFar = unsigned(toPage) * pageBytes + size > largestFile - pageBytes;
  return tooFar ? -errnos.overflow : 0;
}

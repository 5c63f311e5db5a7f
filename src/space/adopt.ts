/** Regions from the lines of a maps text: to begin a space and to correct one. */

import { kindBits, kinds, modes, permissionBits } from "./regions/modes.ts";
import type { MapsLine } from "./regions/proc-maps.ts";
import { place, separate, unmap } from "./state/edits.ts";
import type { SpaceState } from "./state/state.ts";

/** The kind of a line's memory, from its name, device and inode. */
export function kindOfLine(line: MapsLine): number {
  const { path, inode } = line;
  if (path.startsWith("/SYSV") && line.deleted) return kinds.sysv;
  if (path === "/[aio]" || path === "[aio]") return kinds.aio;
  if (path.startsWith("[anon_shmem:")) return kinds.sharedAnonymous;
  if (path === "/dev/zero" && line.deleted) return kinds.sharedAnonymous;
  if (path === "/anon_hugepage" && line.deleted) return kinds.hugetlb;
  if (inode !== "0") return kinds.file;
  if (path === "" || path === "[heap]" || path.startsWith("[anon:")) return kinds.anonymous;
  return path.startsWith("[stack") ? kinds.stack : kinds.special;
}

/** The number of a nameless shared object: its first mapping that was met. */
function objectOf(space: SpaceState, inode: string): number {
  for (const [object, known] of space.objects) if (known === inode) return object;
  space.objects.set(space.nextMapping, inode);
  return space.nextMapping;
}

function backingOf(space: SpaceState, kind: number, line: MapsLine): number {
  switch (kind) {
    case kinds.anonymous:
    case kinds.stack:
      return 0;
    case kinds.sysv:
      return Number(line.inode) + 1;
    case kinds.sharedAnonymous:
    case kinds.hugetlb:
    case kinds.aio:
      return objectOf(space, line.inode);
    default:
      return space.files.intern(line);
  }
}

/** Maps [start, end) of a line; the range must be free. */
export function adoptLine(space: SpaceState, line: MapsLine, start: number, end: number): void {
  const kind = kindOfLine(line);
  let mode = permissionBits(line.permissions) | kindBits(kind);
  if ((mode & (modes.write | modes.shared)) === modes.write) mode |= modes.account;
  if (kind === kinds.stack) mode |= modes.growsDown;
  if (kind === kinds.aio || kind === kinds.special) mode |= modes.fixedSize;
  if (line.path === "[heap]") {
    mode |= modes.heap;
    if (space.heapStart < 0 || start < space.heapStart) space.heapStart = start;
    if (end > space.brk) space.brk = end;
  }
  const backing = backingOf(space, kind, line);
  place(space, start, end, mode >>> 0, backing, line.offset + start - line.start, "found");
}

/** Empties the space and fills it from the lines of a maps text. */
export function adoptAll(space: SpaceState, lines: readonly MapsLine[]): void {
  unmap(space, 0, Number.POSITIVE_INFINITY, "not found");
  space.heapStart = -1;
  space.brk = -1;
  space.outside = lines.filter((line) => line.start >= space.features.taskSize);
  for (const line of lines) {
    if (line.start >= space.features.taskSize || space.isTool(line.start, line.end)) continue;
    adoptLine(space, line, line.start, line.end);
    space.map.find(line.start);
    // Two lines are two VMAs, whatever the reason why the kernel did not merge them.
    separate(space);
  }
}

/** Reads a space: its regions, and the lines of /proc/PID/maps that it predicts. */

import { kindOfMode, kinds, modes, permissionText } from "./regions/modes.ts";
import type { MapsLine } from "./regions/proc-maps.ts";
import type { SpaceState } from "./state/state.ts";

export interface Region {
  readonly start: number;
  readonly end: number;
  /** Bits of modes.ts. */
  readonly mode: number;
  /** Id in the FileTable for files and special memory; the number of a nameless object; or 0. */
  readonly backing: number;
  readonly offset: number;
  readonly mapping: number;
  readonly born: number;
  readonly since: number;
}

function regionAtCursor(space: SpaceState): Region {
  const { map } = space;
  const { columns } = map;
  const row = map.row;
  return {
    start: map.start,
    end: columns.end[row]!,
    mode: columns.mode[row]!,
    backing: columns.backing[row]!,
    offset: columns.offset[row]!,
    mapping: columns.mapping[row]!,
    born: columns.born[row]!,
    since: columns.since[row]!,
  };
}

/** The region that holds the address. */
export function regionAt(space: SpaceState, address: number): Region | undefined {
  const row = space.map.find(address);
  return row < 0 || space.map.start > address ? undefined : regionAtCursor(space);
}

/** Regions that touch [start, end), ascending, never merged. */
export function regionsIn(space: SpaceState, start: number, end: number): Region[] {
  const { map } = space;
  const found: Region[] = [];
  for (let row = map.find(start); row >= 0 && map.start < end; row = map.next()) {
    found.push(regionAtCursor(space));
  }
  return found;
}

interface LineName {
  readonly dev: number;
  readonly inode: string;
  readonly path: string;
  readonly deleted: boolean;
}

const nameless: LineName = { dev: 0, inode: "0", path: "", deleted: false };

/** Device, inode and name of a region's backing, as maps shows them where that is known. */
export function nameOf(space: SpaceState, region: Region): LineName {
  const kind = kindOfMode(region.mode);
  const object = space.objects.get(region.backing) ?? "0";
  switch (kind) {
    case kinds.anonymous: {
      const isHeap =
        region.start < space.brk && region.end > space.heapStart && space.heapStart >= 0;
      return isHeap ? { ...nameless, path: "[heap]" } : nameless;
    }
    case kinds.stack:
      return { ...nameless, path: "[stack]" };
    case kinds.sharedAnonymous:
      return { dev: 1, inode: object, path: "/dev/zero", deleted: true };
    case kinds.hugetlb:
      return { dev: 0, inode: object, path: "/anon_hugepage", deleted: true };
    case kinds.aio:
      return { dev: 0, inode: object, path: "/[aio]", deleted: true };
    case kinds.sysv: {
      const inode = String(Math.max(0, region.backing - 1));
      return { dev: 1, inode, path: "/SYSV00000000", deleted: true };
    }
    default: {
      const file = space.files.get(region.backing);
      if (file === undefined) return { ...nameless, path: "[unknown file]" };
      const { dev, inode, path, deleted } = file;
      return { dev, inode, path, deleted };
    }
  }
}

/** One line for each VMA, as far as calls determine which regions the kernel has merged. */
export function mapsLines(space: SpaceState): MapsLine[] {
  const { map } = space;
  const lines: MapsLine[] = [];
  for (let row = map.first(); row >= 0; row = map.next()) {
    const region = regionAtCursor(space);
    const last = lines[lines.length - 1];
    if (region.mode & modes.joined && last !== undefined) {
      lines[lines.length - 1] = { ...last, end: region.end };
      continue;
    }
    const { start, end, mode, offset } = region;
    lines.push({ start, end, permissions: permissionText(mode), offset, ...nameOf(space, region) });
  }
  return [...lines, ...space.outside];
}

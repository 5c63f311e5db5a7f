/** How much memory a process can still use: the least of what the machine has free and its cgroups allow. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface MemoryRoom {
  readonly bytes: number;
  /** The file that says so: `/proc/meminfo`. */
  readonly source: string;
}

/** Reads a file of /proc or /sys; undefined when it is not there. */
export type ReadText = (path: string) => string | undefined;

export const readText: ReadText = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

/** The least of MemAvailable and what each cgroup above this process leaves; undefined when none is known. */
export function memoryRoom(read: ReadText = readText): MemoryRoom | undefined {
  const rooms = [machineRoom(read), ...groupRooms(read)].filter((room) => room !== undefined);
  return rooms.sort((a, b) => a.bytes - b.bytes)[0];
}

function machineRoom(read: ReadText): MemoryRoom | undefined {
  const source = "/proc/meminfo";
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(read(source) ?? "")?.[1];
  return kibibytes === undefined ? undefined : { bytes: Number(kibibytes) * 1024, source };
}

/** cgroup v2: `0::/path`, and all the groups above it; v1: `N:memory:/path`. */
function groupRooms(read: ReadText): (MemoryRoom | undefined)[] {
  const groups = read("/proc/self/cgroup") ?? "";
  const rooms: (MemoryRoom | undefined)[] = [];
  const second = /^0::(\/.*)$/m.exec(groups)?.[1];
  for (const path of second === undefined ? [] : upwards(second)) {
    const folder = join("/sys/fs/cgroup", path);
    rooms.push(roomOf(read, join(folder, "memory.max"), join(folder, "memory.current")));
  }
  const first = /^\d+:(?:\w+,)*memory(?:,\w+)*:(\/.*)$/m.exec(groups)?.[1];
  for (const path of first === undefined ? [] : upwards(first)) {
    const folder = join("/sys/fs/cgroup/memory", path);
    const limit = join(folder, "memory.limit_in_bytes");
    rooms.push(roomOf(read, limit, join(folder, "memory.usage_in_bytes")));
  }
  return rooms;
}

function upwards(path: string): string[] {
  return path === "/" ? [path] : [path, ...upwards(dirname(path))];
}

/** A group without a limit says `max`. */
function roomOf(read: ReadText, limitPath: string, usedPath: string): MemoryRoom | undefined {
  const limit = read(limitPath)?.trim();
  const used = read(usedPath)?.trim();
  if (limit === undefined || used === undefined || !/^\d+$/.test(limit)) return undefined;
  return { bytes: Math.max(0, Number(limit) - Number(used)), source: limitPath };
}

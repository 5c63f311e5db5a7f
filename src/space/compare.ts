/** Compares a space with the kernel's maps: where they differ, how, and the likely cause. */
import { adoptLine, kindOfLine } from "./adopt.ts";
import { hasOffset, kindOfMode, kinds, modes, permissionText } from "./regions/modes.ts";
import type { MapsLine } from "./regions/proc-maps.ts";
import { nameOf, type Region, regionsIn } from "./snapshot.ts";
import { unmap } from "./state/edits.ts";
import { pageUp } from "./state/pages.ts";
import type { SpaceState } from "./state/state.ts";

export type Cause =
  /** The main stack grows by faults, without a call. */
  | "stack growth"
  /** So does memory mapped with MAP_GROWSDOWN. */
  | "growsdown"
  /** The ring of io_setup, whose address is in no call. */
  | "io_setup ring"
  /** A call whose result is not known may be the cause. */
  | "unknown result"
  | "unrecorded call";

/** The contents of a range, in the notation of /proc/PID/maps. */
export interface RangeFacts {
  readonly permissions: string;
  readonly offset: number;
  readonly dev: number;
  readonly inode: string;
  readonly path: string;
}

export interface Divergence {
  readonly start: number;
  readonly end: number;
  /** In the replay; undefined is unmapped. */
  readonly expected?: RangeFacts;
  /** In the kernel's text; undefined is unmapped. */
  readonly actual?: RangeFacts;
  readonly cause: Cause;
  /** The cause is known to act without a call, so the replay is not at fault. */
  readonly harmless: boolean;
}

export interface Comparison {
  /** How many coalesced ranges of the kernel were compared. */
  readonly ranges: number;
  readonly divergences: readonly Divergence[];
}

/** Whether region and line agree at `address`, which is in both. Names of one file may differ. */
function agree(space: SpaceState, region: Region, line: MapsLine, address: number): boolean {
  if (permissionText(region.mode) !== line.permissions) return false;
  const kind = kindOfMode(region.mode);
  const actual = kindOfLine(line);
  const private_ = kind === kinds.anonymous || kind === kinds.stack;
  if (private_) return actual === kinds.anonymous || actual === kinds.stack;
  if (kind !== actual) return false;
  if (kind === kinds.special) return nameOf(space, region).path === line.path;
  const offsets = region.offset + address - region.start === line.offset + address - line.start;
  if (hasOffset(region.mode) && !offsets) return false;
  if (kind === kinds.sysv) return region.backing === 0 || String(region.backing - 1) === line.inode;
  if (kind === kinds.file) {
    const file = space.files.get(region.backing);
    if (file === undefined || file.inode === "0") return true;
    // Some filesystems (overlayfs, btrfs) report another device to fstat than to maps.
    return (file.inode === line.inode && file.dev === line.dev) || file.path === line.path;
  }
  const known = space.objects.get(region.backing);
  if (known === undefined) space.objects.set(region.backing, line.inode);
  return known === undefined || known === line.inode;
}

function factsOfRegion(space: SpaceState, region: Region, at: number): RangeFacts {
  const { dev, inode, path } = nameOf(space, region);
  const offset = hasOffset(region.mode) ? region.offset + at - region.start : 0;
  return { permissions: permissionText(region.mode), offset, dev, inode, path };
}

function factsOfLine(line: MapsLine, at: number): RangeFacts {
  const { permissions, dev, inode, path } = line;
  const offset = inode === "0" ? 0 : line.offset + at - line.start;
  return { permissions, offset, dev, inode, path };
}

function causeOf(
  space: SpaceState,
  start: number,
  end: number,
  region: Region | undefined,
  line: MapsLine | undefined,
  above: Region | undefined,
): Cause {
  if (region === undefined && line !== undefined) {
    if (above?.start === end && above.mode & modes.growsDown) {
      return kindOfMode(above.mode) === kinds.stack ? "stack growth" : "growsdown";
    }
    if (kindOfLine(line) === kinds.aio && space.unplacedRings > 0) return "io_setup ring";
  }
  const touches = space.reports.items.some((r) => r.start < end && r.end > start);
  return touches ? "unknown result" : "unrecorded call";
}

const harmless: ReadonlySet<Cause> = new Set(["stack growth", "growsdown", "io_setup ring"]);

/** Whether the kernel's line continues the coalesced range of the line before it. */
function continues(before: MapsLine | undefined, line: MapsLine): boolean {
  if (before === undefined || before.end !== line.start) return false;
  if (before.permissions !== line.permissions || before.inode !== line.inode) return false;
  if (before.path !== line.path || before.dev !== line.dev) return false;
  return line.inode === "0" || before.offset + before.end - before.start === line.offset;
}

/**
 * Compares coalesced ranges: the protection, sharing, backing and offset of every byte count, and
 * how memory is divided into VMAs does not. Lines ascend, as the kernel gives them. Learns the inodes of
 * nameless shared objects on the way.
 */
export function compareMaps(space: SpaceState, lines: readonly MapsLine[]): Comparison {
  const { taskSize } = space.features;
  const kernel = lines.filter(
    (line) => line.start < taskSize && !space.isTool(line.start, line.end),
  );
  const regions = regionsIn(space, 0, taskSize);
  const divergences: Divergence[] = [];
  let i = 0;
  let k = 0;
  let at = 0;
  while (i < regions.length || k < kernel.length) {
    const region = regions[i];
    const line = kernel[k];
    at = Math.max(at, Math.min(region?.start ?? Infinity, line?.start ?? Infinity));
    const inRegion = region !== undefined && region.start <= at;
    const inLine = line !== undefined && line.start <= at;
    const regionEdge = region === undefined ? Infinity : inRegion ? region.end : region.start;
    const lineEdge = line === undefined ? Infinity : inLine ? line.end : line.start;
    const end = Math.min(regionEdge, lineEdge);
    if (!(inRegion && inLine && agree(space, region, line, at))) {
      const here = inRegion ? region : undefined;
      const there = inLine ? line : undefined;
      const cause = causeOf(space, at, end, here, there, inRegion ? regions[i + 1] : region);
      const before = divergences[divergences.length - 1];
      const next: Divergence = {
        start: at,
        end,
        ...(here && { expected: factsOfRegion(space, here, at) }),
        ...(there && { actual: factsOfLine(there, at) }),
        cause,
        harmless: harmless.has(cause),
      };
      if (before !== undefined && extendsOne(before, next)) {
        divergences[divergences.length - 1] = { ...before, end };
      } else divergences.push(next);
    }
    at = end;
    if (region !== undefined && region.end <= at) i += 1;
    if (line !== undefined && line.end <= at) k += 1;
  }
  let ranges = 0;
  kernel.forEach((line, n) => {
    if (!continues(kernel[n - 1], line)) ranges += 1;
  });
  return { ranges, divergences };
}

function sameFacts(
  a: RangeFacts | undefined,
  b: RangeFacts | undefined,
  distance: number,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  const offset = a.offset + (a.inode === "0" ? 0 : distance) === b.offset;
  return offset && a.permissions === b.permissions && a.inode === b.inode && a.path === b.path;
}

function extendsOne(before: Divergence, next: Divergence): boolean {
  const distance = next.start - before.start;
  return (
    before.end === next.start &&
    before.cause === next.cause &&
    sameFacts(before.expected, next.expected, distance) &&
    sameFacts(before.actual, next.actual, distance)
  );
}

/**
 * Corrects the space by the kernel's maps, so that a replay can continue. Ranges that agree keep
 * their mappings. Returns the differences.
 */
export function resync(space: SpaceState, lines: readonly MapsLine[]): Comparison {
  const comparison = compareMaps(space, lines);
  for (const { start, end, cause } of comparison.divergences) {
    if (cause === "io_setup ring") space.unplacedRings -= 1;
    unmap(space, start, end, "not found");
    for (const line of lines) {
      if (line.end <= start || line.start >= end) continue;
      adoptLine(space, line, Math.max(start, line.start), Math.min(end, line.end));
    }
  }
  // Maps show the heap's end rounded up to a page: the exact break is kept when it agrees.
  const heap = lines.filter((line) => line.path === "[heap]");
  const end = heap[heap.length - 1]?.end;
  const { pageBytes } = space.features;
  if (end !== undefined && pageUp(space.brk, pageBytes) !== end) space.brk = end;
  return comparison;
}

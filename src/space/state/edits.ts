/** The primitive changes of regions, of which every call is composed: cut, unmap, place, protect. */

import { accessMask, hasOffset, mergeMask, modes } from "../regions/modes.ts";
import type { Gain, Loss } from "./lineage.ts";
import type { SpaceState } from "./state.ts";

/** Whether the kernel would merge two neighbours, `row` beginning where `below` ends. */
export function mergeable(space: SpaceState, below: number, row: number, start: number): boolean {
  const { columns } = space.map;
  if (columns.end[below] !== start) return false;
  const mode = columns.mode[row]!;
  if (((columns.mode[below]! ^ mode) & mergeMask) !== 0) return false;
  if (columns.backing[below] !== columns.backing[row]) return false;
  if (mode & modes.fixedSize) return false;
  if (!hasOffset(mode)) return true;
  const belowStart = space.map.startOfRowBelow;
  return columns.offset[below]! + (start - belowStart) === columns.offset[row];
}

function setJoined(space: SpaceState, row: number, joined: boolean): void {
  const { columns } = space.map;
  const mode = columns.mode[row]!;
  if (joined === ((mode & modes.joined) !== 0)) return;
  columns.mode[row] = mode ^ modes.joined;
  space.totals.joined += joined ? 1 : -1;
}

/** Updates whether the region under the cursor and the one below it are one VMA. */
export function relink(space: SpaceState): void {
  const row = space.map.row;
  if (row < 0) return;
  const below = space.map.rowBelow;
  setJoined(space, row, below >= 0 && mergeable(space, below, row, space.map.start));
}

/** Separates the region under the cursor from the one below it into two VMAs, even if they could merge. */
export function separate(space: SpaceState): void {
  if (space.map.row >= 0) setJoined(space, space.map.row, false);
}

/** Cuts the region around `address` in two, if there is one; the two stay one VMA. */
export function cut(space: SpaceState, address: number): void {
  const { map } = space;
  const row = map.find(address);
  if (row < 0) return;
  const start = map.start;
  if (start >= address) return;
  const { columns } = map;
  const upper = columns.duplicate(row);
  if (hasOffset(columns.mode[row]!)) columns.offset[upper]! += address - start;
  columns.end[row] = address;
  columns.mode[upper]! |= modes.joined;
  space.totals.joined += 1;
  map.insert(address, upper);
}

/** Cuts at both ends; then the cursor is on the first region inside, if there is one. */
export function cutOut(space: SpaceState, start: number, end: number): number {
  cut(space, end);
  cut(space, start);
  const row = space.map.find(start);
  return row >= 0 && space.map.start < end ? row : -1;
}

/** Takes the region under the cursor out of the map and the sums; its row stays allocated. */
export function detach(space: SpaceState, how: Loss): void {
  const { map } = space;
  const { columns } = map;
  const row = map.row;
  const start = map.start;
  const end = columns.end[row]!;
  const mode = columns.mode[row]!;
  space.totals.add(mode, start - end);
  if (mode & modes.joined) {
    columns.mode[row] = mode ^ modes.joined;
    space.totals.joined -= 1;
  }
  space.lineage?.left(space.seq, columns.mapping[row]!, start, end, columns.since[row]!, how);
  map.remove();
}

/** Frees [start, end) of whatever lies there; the cursor is on the first region behind it. */
export function unmap(space: SpaceState, start: number, end: number, how: Loss): void {
  const { map } = space;
  const { columns } = map;
  let row = map.find(start);
  if (row < 0 || map.start >= end) return;
  if (map.start < start) {
    // In the middle of a region: the part above becomes a region of its own.
    if (columns.end[row]! > end) cut(space, end);
    row = map.find(start);
    dropTail(space, row, start, how);
    row = map.next();
  }
  while (row >= 0 && map.start < end) {
    if (columns.end[row]! > end) {
      dropHead(space, row, end, how);
      break;
    }
    detach(space, how);
    columns.release(row);
    row = map.row;
  }
  // What follows has lost its neighbour.
  if (row >= 0) setJoined(space, row, false);
}

/** Takes [start, its end) from the region under the cursor. */
function dropTail(space: SpaceState, row: number, start: number, how: Loss): void {
  const { columns } = space.map;
  const end = columns.end[row]!;
  space.totals.add(columns.mode[row]!, start - end);
  space.lineage?.left(space.seq, columns.mapping[row]!, start, end, columns.since[row]!, how);
  columns.end[row] = start;
}

/** Takes [its start, end) from the region under the cursor. */
function dropHead(space: SpaceState, row: number, end: number, how: Loss): void {
  const { map } = space;
  const { columns } = map;
  const { start } = map;
  const mode = columns.mode[row]!;
  space.totals.add(mode, start - end);
  space.lineage?.left(space.seq, columns.mapping[row]!, start, end, columns.since[row]!, how);
  if (hasOffset(mode)) columns.offset[row]! += end - start;
  map.setStart(end);
}

/** Enters a row whose columns are filled in at `start`, where nothing lies; the cursor is on it. */
export function attach(
  space: SpaceState,
  row: number,
  start: number,
  how: Gain,
  parent: number,
): void {
  const { map } = space;
  const { columns } = map;
  const mode = columns.mode[row]! & ~modes.joined;
  columns.mode[row] = mode;
  columns.since[row] = space.seq;
  map.insert(start, row);
  const end = columns.end[row]!;
  space.totals.add(mode, end - start);
  relink(space);
  const mapping = columns.mapping[row]!;
  space.lineage?.took(
    space.seq,
    mapping,
    start,
    end,
    how,
    parent,
    columns.mode[row]!,
    columns.backing[row]!,
  );
  if (map.next() >= 0 && map.start === end) relink(space);
}

/** A new mapping in [start, end), where nothing lies. Returns its id. */
export function place(
  space: SpaceState,
  start: number,
  end: number,
  mode: number,
  backing: number,
  offset: number,
  how: Gain,
  parent = 0,
): number {
  const { columns } = space.map;
  const row = columns.allocate();
  const mapping = space.nextMapping;
  space.nextMapping += 1;
  columns.end[row] = end;
  columns.mode[row] = mode;
  columns.backing[row] = backing;
  columns.offset[row] = offset;
  columns.mapping[row] = mapping;
  columns.born[row] = how === "found" ? 0 : space.seq;
  attach(space, row, start, how, parent);
  return mapping;
}

/** Makes the region under the cursor end at `end`; nothing lies between. */
export function extend(space: SpaceState, end: number): void {
  const { map } = space;
  const { columns } = map;
  const row = map.row;
  const start = map.start;
  const before = columns.end[row]!;
  const mode = columns.mode[row]!;
  const mapping = columns.mapping[row]!;
  space.totals.add(mode, end - before);
  columns.end[row] = end;
  if (space.lineage !== undefined) {
    space.lineage.took(space.seq, mapping, start, end, "grown", 0, mode, columns.backing[row]!);
    space.lineage.left(space.seq, mapping, start, before, columns.since[row]!, "grown");
  }
  columns.since[row] = space.seq;
  if (map.next() >= 0 && map.start === end) relink(space);
}

/**
 * Gives every region in [start, end) the mode that `change` makes of its mode. Stops in front of a
 * region for which `change` gives -1, and returns its start; else returns `end`.
 */
export function setModes(
  space: SpaceState,
  start: number,
  end: number,
  change: (mode: number) => number,
): number {
  const { map } = space;
  const { columns } = map;
  if (start >= end) return end;
  let row = map.find(start);
  while (row >= 0 && map.start < end) {
    const regionStart = map.start;
    const regionEnd = columns.end[row]!;
    const from = Math.max(regionStart, start);
    const before = columns.mode[row]!;
    const after = change(before);
    if (after === -1) return from;
    if (after >>> 0 === before) {
      row = map.next();
      continue;
    }
    const to = Math.min(regionEnd, end);
    if (to < regionEnd) cut(space, to);
    if (from > regionStart) cut(space, from);
    if (to < regionEnd || from > regionStart) row = map.find(from);
    space.totals.add(before, from - to);
    space.totals.add(after, to - from);
    // `joined` is decided by relink alone, which keeps its sum.
    columns.mode[row] = (after & ~modes.joined) | (columns.mode[row]! & modes.joined);
    if (((before ^ after) & accessMask) !== 0) {
      space.lineage?.changed?.(space.seq, columns.mapping[row]!, from, to, columns.mode[row]!);
    }
    relink(space);
    row = map.next();
    if (row >= 0 && map.start === to) relink(space);
  }
  return end;
}

/** Whether nothing lies in [start, end). */
export function isFree(space: SpaceState, start: number, end: number): boolean {
  return space.map.find(start) < 0 || space.map.start >= end;
}

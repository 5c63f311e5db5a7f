/** Moves and duplicates of ranges, as mremap makes them. */

import { hasOffset, modes } from "../regions/modes.ts";
import { attach, cutOut, detach, extend } from "./edits.ts";
import type { SpaceState } from "./state.ts";

/**
 * Moves what lies in [from, from + length) to `to`, gaps included, where nothing may lie; the last
 * region is made longer until the whole is `newLength`. Mappings keep their identity.
 * Returns whether there was anything to move.
 */
export function move(
  space: SpaceState,
  from: number,
  length: number,
  to: number,
  newLength: number,
): boolean {
  const { map } = space;
  const { columns } = map;
  const end = from + length;
  let row = map.find(from);
  if (row < 0 || map.start >= end) return false;
  // Nearly always one whole region, which needs no intermediate copy.
  if (map.start === from && columns.end[row] === end) {
    detach(space, "moved");
    unjoin(space, map.row);
    columns.end[row] = to + newLength;
    attach(space, row, to, "moved", 0);
    return true;
  }
  row = cutOut(space, from, end);
  if (row < 0) return false;
  const rows: number[] = [];
  const starts: number[] = [];
  while (row >= 0 && map.start < end) {
    rows.push(row);
    starts.push(map.start);
    detach(space, "moved");
    row = map.row;
  }
  unjoin(space, row);
  const delta = to - from;
  const last = rows.length - 1;
  for (let i = 0; i <= last; i += 1) {
    const moved = rows[i]!;
    columns.end[moved] =
      i === last && newLength > length ? to + newLength : columns.end[moved]! + delta;
    attach(space, moved, starts[i]! + delta, "moved", 0);
  }
  return true;
}

/** What lies above the place that a region has left has no neighbour below. */
function unjoin(space: SpaceState, row: number): void {
  const { columns } = space.map;
  if (row < 0 || (columns.mode[row]! & modes.joined) === 0) return;
  columns.mode[row]! &= ~modes.joined;
  space.totals.joined -= 1;
}

/** Makes a copy of the row under the cursor, as a mapping of its own. */
function sibling(space: SpaceState, row: number): number {
  const { columns } = space.map;
  const copy = columns.duplicate(row);
  columns.mapping[copy] = space.nextMapping;
  columns.born[copy] = space.seq;
  space.nextMapping += 1;
  return copy;
}

/**
 * mremap with an old size of 0: the memory at `from` is mapped a second time, in
 * [to, to + length), where nothing may lie. Returns whether there was anything at `from`.
 */
export function duplicate(space: SpaceState, from: number, to: number, length: number): boolean {
  const { map } = space;
  const { columns } = map;
  const row = map.find(from);
  if (row < 0 || map.start > from) return false;
  const inside = from - map.start;
  const copy = sibling(space, row);
  if (hasOffset(columns.mode[copy]!)) columns.offset[copy]! += inside;
  columns.end[copy] = to + length;
  attach(space, copy, to, "duplicated", columns.mapping[row]!);
  return true;
}

/** What the kernel takes from the whole VMA in which MREMAP_DONTUNMAP leaves a range behind. */
const lostBehind = modes.locked;

/**
 * MREMAP_DONTUNMAP: the mappings in [from, from + length) go to `to`, where nothing may lie, and
 * new, empty ones stay in their place.
 */
export function moveAndKeep(space: SpaceState, from: number, length: number, to: number): boolean {
  const { map } = space;
  const { columns } = map;
  let row = cutOut(space, from, from + length);
  if (row < 0) return false;
  const rows: number[] = [];
  const copies: number[] = [];
  const starts: number[] = [];
  // Copied before anything is cleared: the pieces of one VMA go as one.
  for (; row >= 0 && map.start < from + length; row = map.next()) {
    rows.push(row);
    copies.push(columns.duplicate(row));
    starts.push(map.start);
  }
  rows.forEach((old, i) => {
    const start = starts[i]!;
    const end = columns.end[old]!;
    const moved = copies[i]!;
    const mapping = columns.mapping[old]!;
    const { lineage, seq } = space;
    lineage?.left(seq, mapping, start, end, columns.since[old]!, "moved");
    columns.mapping[old] = space.nextMapping;
    columns.born[old] = seq;
    columns.since[old] = seq;
    space.nextMapping += 1;
    const mode = columns.mode[old]!;
    lineage?.took(
      seq,
      columns.mapping[old]!,
      start,
      end,
      "left behind",
      mapping,
      mode,
      columns.backing[old]!,
    );
    columns.end[moved] = end + to - from;
    attach(space, moved, start + to - from, "moved", 0);
  });
  for (const start of starts) clearVma(space, start);
  return true;
}

/** Takes the bits from the whole VMA around `address`, which stays one, and merges with nobody. */
function clearVma(space: SpaceState, address: number): void {
  const { map } = space;
  const { columns } = map;
  let row = map.find(address);
  while (row >= 0 && columns.mode[row]! & modes.joined) row = map.previous();
  while (row >= 0) {
    columns.mode[row]! &= ~lostBehind;
    row = map.next();
    if (row >= 0 && (columns.mode[row]! & modes.joined) === 0) return;
  }
}

/** Grows the region that ends at `end` to `newEnd`, where nothing may lie; whether there is one. */
export function growAt(space: SpaceState, end: number, newEnd: number): boolean {
  const { map } = space;
  const row = map.find(end - 1);
  if (row < 0 || map.start >= end || map.columns.end[row] !== end) return false;
  extend(space, newEnd);
  return true;
}

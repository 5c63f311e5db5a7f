/** Serialises a space, for seeking. The bytes contain the names of files and need no FileTable. */
import { ByteSink, ByteSource } from "../base/bytes.ts";
import { hasOffset, kindOfMode, kinds, modes } from "./regions/modes.ts";
import type { MapsLine } from "./regions/proc-maps.ts";
import type { SpaceFile } from "./state/files.ts";
import type { SpaceState } from "./state/state.ts";

/**
 * Raised when the layout or the model's behaviour changes: a checkpoint is the result of an older
 * model.
 */
export const checkpointVersion = 2;

/**
 * Layout, in varints: version, regions, event, next mapping, heap's start and break (0 unknown, else
 * the address plus 1), unplaced rings, bytes of a JSON text, the text (Rest), and per region in the
 * order of addresses:
 *
 *   signs       bit 0: mode as the region's before, 1: backing as the region's before,
 *               2: offset goes on from the region's before, or is 0 where there is none,
 *               3: it has lived here since it was born
 *   gap, pages  to the end of the region before, and its length, in units of 4096 bytes
 *   mode, backing, offset in units (zigzag), unless implied by the signs
 *   mapping     difference to the region's before, zigzag
 *   age         events since its birth, then since it came here unless implied by the signs
 *
 * About 9 bytes a region.
 */
const unit = 4096; // a part of the format, whatever the recording's pages are
const signs = { mode: 1, backing: 2, offset: 4, since: 8 } as const;
/** A region takes at most this many bytes. */
const mostRegionBytes = 80;

interface Rest {
  readonly segments: [number, number][];
  readonly objects: [number, string][];
  readonly outside: readonly MapsLine[];
  /** Backings count from 1 in here, for regions whose backing is a file. */
  readonly files: Omit<SpaceFile, "id">[];
}

export function saveCheckpoint(space: SpaceState): Uint8Array {
  const { map } = space;
  const files = fileNumbers(space);
  const sink = new ByteSink(1024 + map.size * 12);
  const { segments, objects, outside } = space;
  const rest: Rest = {
    segments: [...segments],
    objects: [...objects],
    outside,
    files: [...files.keys()].map((id) => {
      const { dev, inode, path, deleted, readOnly } = space.files.get(id)!;
      return { dev, inode, path, deleted, readOnly };
    }),
  };
  const text = new TextEncoder().encode(JSON.stringify(rest));
  const { seq, nextMapping, heapStart, brk, unplacedRings } = space;
  for (const value of [checkpointVersion, map.size, seq, nextMapping]) sink.varint(value);
  for (const value of [heapStart + 1, brk + 1, unplacedRings, text.length]) sink.varint(value);
  sink.append(text);
  writeRegions(sink, space, files);
  return sink.toBytes();
}

/** Numbers, within a checkpoint, of the files that back regions. */
function fileNumbers({ map }: SpaceState): Map<number, number> {
  const { mode, backing } = map.columns;
  const numbers = new Map<number, number>();
  for (let row = map.first(); row >= 0; row = map.next()) {
    const id = backing[row]!;
    if (id !== 0 && isFile(mode[row]!) && !numbers.has(id)) numbers.set(id, numbers.size + 1);
  }
  return numbers;
}

/** Whether the backing is an id of the FileTable. */
function isFile(mode: number): boolean {
  const kind = kindOfMode(mode);
  return kind === kinds.file || kind === kinds.special;
}

function writeRegions(sink: ByteSink, space: SpaceState, files: Map<number, number>): void {
  const { map, seq } = space;
  const { columns } = map;
  const before = { end: 0, mode: 0, backing: 0, offset: 0, mapping: 0 };
  for (let row = map.first(); row >= 0; row = map.next()) {
    const start = map.start;
    const end = columns.end[row]!;
    const mode = columns.mode[row]!;
    const offset = columns.offset[row]!;
    const own = columns.backing[row]!;
    const backing = isFile(mode) ? (files.get(own) ?? 0) : own;
    const born = columns.born[row]!;
    const since = columns.since[row]!;
    const expected = hasOffset(mode) ? before.offset : 0;
    sink.reserve(mostRegionBytes);
    sink.varint(
      (mode === before.mode ? signs.mode : 0) |
        (backing === before.backing ? signs.backing : 0) |
        (offset === expected ? signs.offset : 0) |
        (since === born ? signs.since : 0),
    );
    sink.varint((start - before.end) / unit);
    sink.varint((end - start) / unit);
    if (mode !== before.mode) sink.varint(mode);
    if (backing !== before.backing) sink.varint(backing);
    if (offset !== expected) sink.zigzag(offset / unit);
    sink.zigzag(columns.mapping[row]! - before.mapping);
    sink.varint(seq - born);
    if (since !== born) sink.varint(seq - since);
    before.end = end;
    before.mode = mode;
    before.backing = backing;
    before.offset = offset + end - start;
    before.mapping = columns.mapping[row]!;
  }
}

/**
 * Fills an empty space from a checkpoint, without calling a listener. Throws a RangeError for bytes
 * of another version, or that end early.
 */
export function loadCheckpoint(space: SpaceState, bytes: Uint8Array): void {
  const source = new ByteSource(bytes, 0);
  const version = source.varint();
  const count = source.varint();
  if (version !== checkpointVersion || space.map.size !== 0) {
    throw new RangeError(
      `cannot load a checkpoint of version ${version} into ${space.map.size} regions`,
    );
  }
  space.seq = source.varint();
  space.nextMapping = source.varint();
  space.heapStart = source.varint() - 1;
  space.brk = source.varint() - 1;
  space.unplacedRings = source.varint();
  const textEnd = source.varint() + source.at;
  const rest = JSON.parse(new TextDecoder().decode(bytes.subarray(source.at, textEnd))) as Rest;
  source.at = textEnd;
  for (const [backing, length] of rest.segments) space.segments.set(backing, length);
  for (const [object, inode] of rest.objects) space.objects.set(object, inode);
  space.outside = rest.outside;
  const ids = rest.files.map((file) => space.files.intern(file));
  readRegions(source, space, count, ids);
  if (source.at !== bytes.length || space.map.size !== count) {
    throw new RangeError(`a checkpoint of ${bytes.length} bytes is cut off`);
  }
}

function readRegions(
  source: ByteSource,
  space: SpaceState,
  count: number,
  ids: readonly number[],
): void {
  const { map, totals, seq } = space;
  const { columns } = map;
  let mode = 0;
  let backing = 0;
  let end = 0;
  let nextOffset = 0;
  let mapping = 0;
  for (let n = 0; n < count && source.at < source.bytes.length; n += 1) {
    const row = columns.allocate();
    const sign = source.varint();
    const start = end + source.varint() * unit;
    end = start + source.varint() * unit;
    if ((sign & signs.mode) === 0) mode = source.varint();
    if ((sign & signs.backing) === 0) backing = source.varint();
    const expected = hasOffset(mode) ? nextOffset : 0;
    const offset = sign & signs.offset ? expected : source.zigzag() * unit;
    mapping += source.zigzag();
    const born = seq - source.varint();
    columns.end[row] = end;
    columns.offset[row] = offset;
    columns.mode[row] = mode;
    columns.backing[row] = isFile(mode) ? (ids[backing - 1] ?? 0) : backing;
    columns.mapping[row] = mapping;
    columns.born[row] = born;
    columns.since[row] = sign & signs.since ? born : seq - source.varint();
    map.append(start, row);
    totals.add(mode, end - start);
    if (mode & modes.joined) totals.joined += 1;
    nextOffset = offset + end - start;
  }
}

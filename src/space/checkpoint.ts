/** A space as bytes and back, for seeking. Belongs to one FileTable; not a format to keep for years. */
import { modes } from "./modes.ts";
import type { MapsLine } from "./proc-maps.ts";
import type { SpaceState } from "./state.ts";

const version = 1;
/** version, regions, seq, nextMapping, heapStart, brk, unplacedRings, bytes of the JSON text. */
const headerFields = 8;

interface Rest {
  readonly segments: [number, number][];
  readonly objects: [number, string][];
  readonly outside: readonly MapsLine[];
}

/**
 * Layout: the header as Float64, then one column after the other (start, end, offset, born, since
 * as Float64; mode, backing, mapping as Uint32), then what is small as JSON. 52 bytes a region.
 */
export function saveCheckpoint(space: SpaceState): ArrayBuffer {
  const { map } = space;
  const { columns } = map;
  const count = map.size;
  const rest: Rest = {
    segments: [...space.segments],
    objects: [...space.objects],
    outside: space.outside,
  };
  const text = new TextEncoder().encode(JSON.stringify(rest));
  const doubles = (headerFields + 5 * count) * 8;
  const buffer = new ArrayBuffer(doubles + 3 * count * 4 + text.length);
  const head = new Float64Array(buffer, 0, headerFields);
  head.set([version, count, space.seq, space.nextMapping, space.heapStart, space.brk]);
  head.set([space.unplacedRings, text.length], 6);
  const wide = new Float64Array(buffer, headerFields * 8, 5 * count);
  const narrow = new Uint32Array(buffer, doubles, 3 * count);
  let n = 0;
  for (let row = map.first(); row >= 0; row = map.next()) {
    wide[n] = map.start;
    wide[count + n] = columns.end[row]!;
    wide[2 * count + n] = columns.offset[row]!;
    wide[3 * count + n] = columns.born[row]!;
    wide[4 * count + n] = columns.since[row]!;
    narrow[n] = columns.mode[row]!;
    narrow[count + n] = columns.backing[row]!;
    narrow[2 * count + n] = columns.mapping[row]!;
    n += 1;
  }
  new Uint8Array(buffer, doubles + 3 * count * 4).set(text);
  return buffer;
}

/** Fills an empty space with what was saved. Tells no listener. */
export function loadCheckpoint(space: SpaceState, buffer: ArrayBuffer): void {
  const head = new Float64Array(buffer, 0, headerFields);
  const count = head[1]!;
  if (head[0] !== version || space.map.size !== 0) {
    throw new RangeError(
      `cannot load a checkpoint of version ${head[0]} into ${space.map.size} regions`,
    );
  }
  space.seq = head[2]!;
  space.nextMapping = head[3]!;
  space.heapStart = head[4]!;
  space.brk = head[5]!;
  space.unplacedRings = head[6]!;
  const doubles = (headerFields + 5 * count) * 8;
  const wide = new Float64Array(buffer, headerFields * 8, 5 * count);
  const narrow = new Uint32Array(buffer, doubles, 3 * count);
  const { map, totals } = space;
  const { columns } = map;
  for (let n = 0; n < count; n += 1) {
    const row = columns.allocate();
    const start = wide[n]!;
    const mode = narrow[n]!;
    columns.end[row] = wide[count + n]!;
    columns.offset[row] = wide[2 * count + n]!;
    columns.born[row] = wide[3 * count + n]!;
    columns.since[row] = wide[4 * count + n]!;
    columns.mode[row] = mode;
    columns.backing[row] = narrow[count + n]!;
    columns.mapping[row] = narrow[2 * count + n]!;
    map.append(start, row);
    totals.add(mode, columns.end[row]! - start);
    if (mode & modes.joined) totals.joined += 1;
  }
  const text = new TextDecoder().decode(new Uint8Array(buffer, doubles + 3 * count * 4));
  const rest = JSON.parse(text) as Rest;
  for (const [backing, bytes] of rest.segments) space.segments.set(backing, bytes);
  for (const [object, inode] of rest.objects) space.objects.set(object, inode);
  space.outside = rest.outside;
}

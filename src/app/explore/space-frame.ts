/** The regions of a space at one event, in columns: cheap to make at each step and to draw. */

import { type MemoryKind, memoryKinds } from "../../base/kinds.ts";
import { baseName } from "../../base/program.ts";
import { countAtMost } from "../../base/search.ts";
import { memoryKindOf } from "../../space/regions/memory-kind.ts";
import { kindOfMode, kinds, modes, permissionText } from "../../space/regions/modes.ts";
import type { AddressSpace } from "../../space/space.ts";

const kindNumbers = Object.fromEntries(memoryKinds.map((kind, i) => [kind, i])) as Readonly<
  Record<MemoryKind, number>
>;

/** Rows ascend by address and do not overlap. */
export interface SpaceFrame {
  readonly process: number;
  readonly seq: number;
  readonly count: number;
  /** Ranges [start, end). */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Index in memoryKinds. */
  readonly kind: Uint8Array;
  readonly mapping: Uint32Array;
  /** The event that gave birth to the mapping; 0 is older than the recording. */
  readonly born: Float64Array;
  readonly mode: Uint32Array;
  readonly mappedBytes: number;
  /** As many as the kernel has VMAs, as far as calls determine it. */
  readonly regions: number;
  /** Path of what is behind row `i`, `[heap]`, `[stack]`, or empty for nameless memory. */
  nameOf(i: number): string;
}

const stackGuardMostBytes = 64 * 1024;
const stackLeastBytes = 16 * 1024;

/** `seq` is the last event applied; `toolRanges` is the tool's own memory, which is not in the space. */
export function frameOf(
  space: AddressSpace,
  process: number,
  seq: number,
  toolRanges: readonly (readonly [start: number, end: number])[],
): SpaceFrame {
  const { map, files } = space;
  const { columns } = map;
  const most = map.size + toolRanges.length;
  const start = new Float64Array(most);
  const end = new Float64Array(most);
  const kind = new Uint8Array(most);
  const mapping = new Uint32Array(most);
  const born = new Float64Array(most);
  const mode = new Uint32Array(most);
  const backing = new Uint32Array(most);
  const tools = [...toolRanges].sort(([a], [b]) => a - b);
  let count = 0;
  let tool = 0;
  const addTools = (below: number): void => {
    for (; tool < tools.length && tools[tool]![0] < below; tool++) {
      [start[count], end[count]] = [tools[tool]![0], tools[tool]![1]];
      kind[count] = kindNumbers.tool;
      count += 1;
    }
  };
  for (let row = map.first(); row >= 0; row = map.next()) {
    if (tool < tools.length) addTools(map.start);
    start[count] = map.start;
    end[count] = columns.end[row]!;
    mode[count] = columns.mode[row]!;
    backing[count] = columns.backing[row]!;
    mapping[count] = columns.mapping[row]!;
    born[count] = columns.born[row]!;
    const above =
      count > 0 && isStackAboveGuard(count, start, end, mode, mapping, columns.end[row]!);
    kind[count] = kindNumbers[memoryKindOf(columns.mode[row]!, above)];
    count += 1;
  }
  addTools(Number.POSITIVE_INFINITY);
  const nameOf = (i: number): string => {
    if (kind[i] === kindNumbers.heap) return "[heap]";
    const backed = kindOfMode(mode[i]!);
    if (backed === kinds.stack) return "[stack]";
    if (backed === kinds.file || backed === kinds.special) {
      return files.get(backing[i]!)?.path ?? "[unknown file]";
    }
    return "";
  };
  const { mappedBytes, mergedCount: regions } = space;
  return {
    process,
    seq,
    count,
    start,
    end,
    kind,
    mapping,
    born,
    mode,
    mappedBytes,
    regions,
    nameOf,
  };
}

/**
 * A thread's stack, as libc makes one: a range without access at the low end of a mapping, and all
 * above it readable and writable. Inferred from the shape, because the kernel does not mark it.
 */
function isStackAboveGuard(
  i: number,
  start: Float64Array,
  end: Float64Array,
  mode: Uint32Array,
  mapping: Uint32Array,
  regionEnd: number,
): boolean {
  const access = modes.read | modes.write;
  const guard = i - 1;
  return (
    mapping[guard] === mapping[i] &&
    end[guard] === start[i] &&
    end[guard]! - start[guard]! <= stackGuardMostBytes &&
    regionEnd - start[i]! >= stackLeastBytes &&
    (mode[guard]! & (access | modes.exec)) === 0 &&
    (mode[i]! & (access | modes.exec | modes.shared)) === access &&
    kindOfMode(mode[i]!) === kinds.anonymous
  );
}

/** The row that holds the address, or -1. */
export function rowAt(frame: SpaceFrame, address: number): number {
  const row = rowFrom(frame, address);
  return row < frame.count && frame.start[row]! <= address ? row : -1;
}

/** The first row that ends above the address; `count` when there is none. */
export function rowFrom({ end, count }: SpaceFrame, address: number): number {
  return countAtMost(count, (i) => end[i]!, address);
}

/** `rw-p`; empty for the tool's own memory. */
export function permissionsOf(frame: SpaceFrame, i: number): string {
  return kindAt(frame, i) === "tool" ? "" : permissionText(frame.mode[i]!);
}

export function kindAt(frame: SpaceFrame, i: number): MemoryKind {
  return memoryKinds[frame.kind[i]!]!;
}

/** A short name: `libz.so.1`, `heap`, `stack`, `anonymous`. */
export function labelOf(frame: SpaceFrame, i: number): string {
  const name = frame.nameOf(i);
  if (name === "") {
    const kind = kindAt(frame, i);
    return kind === "tool" ? "maptrail" : kind;
  }
  return baseName(name).replace(/^\[(.*)\]$/, "$1");
}

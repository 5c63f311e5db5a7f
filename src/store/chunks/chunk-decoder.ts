/** Decodes the bytes of a chunk to events. chunk-encoder.ts describes the layout. */
import { crc32 } from "node:zlib";
import { ByteSource } from "../../base/bytes.ts";
import { batchCapacity, createBatch, type EventBatch } from "../../events/batch.ts";
import { readColumn, readIntegers, skipColumn } from "./chunk-columns.ts";
import { chunkCapacity, chunkHeadBytes, chunkVersion } from "./chunk-encoder.ts";

/** Why a chunk cannot be read, as the end of a sentence. */
export interface ChunkFlaw {
  readonly reason: string;
}

/** `space`: what changes an address space. Threads, durations, callers, stacks and slots are left zero. */
export type WantedColumns = "all" | "space";

/** No chunk was ever written larger: more than this is damage that the checksum missed. */
const mostRows = 1 << 20;

interface KindGroup {
  readonly code: number;
  readonly kept: number;
  readonly count: number;
  start: number;
}

/**
 * Decodes chunks into one batch that it reuses: valid until the next decode. A decoder always reads
 * the same columns, so that the others stay zero.
 */
export class ChunkDecoder {
  readonly #all: boolean;
  #batch = createBatch(chunkCapacity);
  #values = new Float64Array(chunkCapacity);
  /** Rows grouped by kind, in the order of the chunk's list of kinds. */
  #rows = new Uint32Array(chunkCapacity);
  #everyRow = Uint32Array.from({ length: chunkCapacity }, (_, row) => row);

  constructor(wanted: WantedColumns = "all") {
    this.#all = wanted === "all";
  }

  /** The events of a chunk, or why there are none. Never throws for damaged bytes. */
  decode(bytes: Uint8Array): EventBatch | ChunkFlaw {
    const flaw = checkChunk(bytes);
    if (flaw !== undefined) return flaw;
    const source = new ByteSource(bytes, chunkHeadBytes);
    const firstSeq = source.varint();
    const count = source.varint();
    if (count === 0 || count > mostRows) return { reason: `it claims ${count} events` };
    this.#grow(count);
    const batch = this.#batch;
    batch.firstSeq = firstSeq;
    batch.length = count;
    clearColumns(batch, count, this.#all);
    const kinds = this.#readKinds(source, count);
    if (kinds === undefined) return { reason: "its list of kinds does not fit" };
    if (!this.#readShared(source, count)) return { reason: "a column has an unknown shape" };
    for (const kind of kinds) {
      if (!this.#readKind(source, kind)) return { reason: "a column has an unknown shape" };
    }
    readWide(source, batch);
    if (source.at !== bytes.length) return { reason: "its columns do not fill it" };
    return batch;
  }

  #grow(count: number): void {
    if (count <= batchCapacity(this.#batch)) return;
    this.#batch = createBatch(count);
    this.#values = new Float64Array(count);
    this.#rows = new Uint32Array(count);
    this.#everyRow = Uint32Array.from({ length: count }, (_, row) => row);
  }

  #readKinds(source: ByteSource, count: number): KindGroup[] | undefined {
    const kinds: KindGroup[] = [];
    const length = source.varint();
    if (length === 0 || length > 256) return undefined;
    let start = 0;
    for (let i = 0; i < length; i++) {
      const kind = { code: source.byte(), kept: source.byte(), count: source.varint(), start };
      if (kind.kept > 6) return undefined;
      kinds.push(kind);
      start += kind.count;
    }
    if (start !== count) return undefined;
    const column = this.#batch.kind;
    const rows = this.#rows;
    const codes = Uint8Array.from(kinds, (kind) => kind.code);
    const next = Uint32Array.from(kinds, (kind) => kind.start);
    const ends = Uint32Array.from(kinds, (kind) => kind.start + kind.count);
    const nibbles = length > 1 && length <= 16;
    const { bytes } = source;
    for (let row = 0; row < count; row++) {
      let place = 0;
      if (nibbles) place = (bytes[source.at + (row >> 1)]! >> ((row & 1) << 2)) & 15;
      else if (length > 1) place = bytes[source.at + row]!;
      if (place >= length) return undefined;
      const at = next[place]!;
      if (at === ends[place]) return undefined;
      rows[at] = row;
      next[place] = at + 1;
      column[row] = codes[place]!;
    }
    if (length > 1) source.at += nibbles ? (count + 1) >> 1 : count;
    return kinds;
  }

  #readShared(source: ByteSource, count: number): boolean {
    const all = this.#all;
    const { process, tid, at, slot } = this.#batch;
    const values = this.#values;
    const places = { rows: this.#everyRow, start: 0, count };
    const fine =
      readIntegers(source, process, places, values) &&
      (all ? readIntegers(source, tid, places, values) : skipColumn(source, count)) &&
      readColumn(source, at, places) &&
      (all ? readColumn(source, slot, places) : skipColumn(source, count));
    if (fine && all) sumSlots(this.#batch, count);
    return fine;
  }

  #readKind(source: ByteSource, { start, count, kept }: KindGroup): boolean {
    const all = this.#all;
    const { duration, args, result, returnAddress, file, flags, stack } = this.#batch;
    const values = this.#values;
    const places = { rows: this.#rows, start, count };
    if (!(all ? readColumn(source, duration, places) : skipColumn(source, count))) return false;
    for (let i = 0; i < kept; i++) if (!readColumn(source, args[i]!, places)) return false;
    return (
      readColumn(source, result, places) &&
      (all ? readColumn(source, returnAddress, places) : skipColumn(source, count)) &&
      readIntegers(source, file, places, values) &&
      readIntegers(source, flags, places, values) &&
      (all ? readIntegers(source, stack, places, values) : skipColumn(source, count))
    );
  }
}

/** Most columns of most kinds are zero and take no bytes, so all are cleared at once. */
function clearColumns(batch: EventBatch, count: number, all: boolean): void {
  const { process, at, args, result, file, flags } = batch;
  for (const column of [at, ...args, result]) column.fill(0, 0, count);
  for (const column of [process, file, flags]) column.fill(0, 0, count);
  if (!all) return;
  const { tid, slot, duration, returnAddress, stack } = batch;
  for (const column of [slot, duration, returnAddress]) column.fill(0, 0, count);
  for (const column of [tid, stack]) column.fill(0, 0, count);
}

/** Checks version, length and checksum; undefined when they are right. */
export function checkChunk(bytes: Uint8Array): ChunkFlaw | undefined {
  if (bytes.length <= chunkHeadBytes) return { reason: `it is cut off at ${bytes.length} bytes` };
  if (bytes[0] !== chunkVersion) {
    return { reason: `it has layout ${bytes[0]}, this version reads layout ${chunkVersion}` };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(1, true);
  if (length !== bytes.length) {
    return { reason: `it has ${bytes.length} bytes of ${length}` };
  }
  if (crc32(bytes.subarray(chunkHeadBytes)) !== view.getUint32(5, true)) {
    return { reason: "its checksum does not match its bytes" };
  }
  return undefined;
}

/** Turns the differences in the slot column back into slots, process by process. */
function sumSlots(batch: EventBatch, count: number): void {
  const { slot, process } = batch;
  const others = new Map<number, number>();
  let current = process[0]!;
  let last = 0;
  for (let row = 0; row < count; row++) {
    const owner = process[row]!;
    if (owner !== current) {
      others.set(current, last);
      last = others.get(owner) ?? 0;
      current = owner;
    }
    last += slot[row]!;
    slot[row] = last;
  }
}

function readWide(source: ByteSource, batch: EventBatch): void {
  batch.wide.clear();
  const count = Math.min(source.varint(), batch.length);
  for (let i = 0; i < count; i++) {
    const row = source.varint();
    batch.wide.set(
      row,
      Array.from({ length: 7 }, () => source.bigInt64()),
    );
  }
}

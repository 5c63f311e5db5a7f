/** A journal's header: decoded once, and the few words that change while the program runs. */
import type { Damage } from "./damage.ts";
import { defines, structs } from "./wire.gen.ts";

const fields = structs.header.fields;
const features = {
  forked: defines.MT_FEATURE_FORKED,
  launcher: defines.MT_FEATURE_LAUNCHER,
  wroteMem: defines.MT_FEATURE_WROTE_MEM,
  wroteProtect: defines.MT_FEATURE_WROTE_PROTECT,
  noMaps: defines.MT_FEATURE_NO_MAPS,
} as const;

export interface ClockPair {
  /** Time stamp counter, in ticks. */
  readonly tsc: bigint;
  /** CLOCK_MONOTONIC, in nanoseconds. */
  readonly mono: bigint;
}

export interface JournalHeader {
  readonly version: number;
  readonly pageBytes: number;
  readonly arch: number;
  readonly features: Readonly<Record<keyof typeof features, boolean>>;
  readonly pid: number;
  readonly ppid: number;
  readonly tid: number;
  readonly parentPid: number;
  readonly parentOpenTsc: bigint;
  readonly open: ClockPair;
  /** CLOCK_REALTIME at opening, nanoseconds since 1970. */
  readonly realOpenNanos: bigint;
  /** A later pair, when there was one. */
  readonly last: ClockPair | undefined;
  /** Ranges [start, end) of the tool's own memory: its region and its library. */
  readonly toolRanges: readonly (readonly [bigint, bigint])[];
  /** Slots reserved when the header was read. */
  readonly cursor: number;
  readonly limit: number;
  readonly lost: number;
  readonly lostReason: number;
  readonly ended: boolean;
  readonly drained: number;
}

export function isDamage(value: JournalHeader | Damage): value is Damage {
  return "reason" in value;
}

function whyUnreadable(view: DataView): string | undefined {
  if (view.byteLength < defines.MT_HEADER_SIZE) {
    return `the journal ends inside its header, after ${view.byteLength} of ${defines.MT_HEADER_SIZE} bytes`;
  }
  const magic = view.getBigUint64(fields.magic.offset, true);
  if (magic !== defines.MT_MAGIC) return `not a journal: it begins with 0x${magic.toString(16)}`;
  const version = view.getUint32(fields.version.offset, true);
  if (version !== defines.MT_VERSION) {
    return `journal version ${version}; this program reads version ${defines.MT_VERSION}`;
  }
  const headerBytes = view.getUint32(fields.header_size.offset, true);
  if (headerBytes !== defines.MT_HEADER_SIZE) return `header size ${headerBytes}`;
  const recordSize = view.getUint32(fields.record_size.offset, true);
  if (recordSize !== defines.MT_RECORD_SIZE) return `record size ${recordSize}`;
  const page = view.getUint32(fields.page_size.offset, true);
  if (page < 1024 || page > 1 << 22 || (page & (page - 1)) !== 0) return `page size ${page}`;
  return undefined;
}

/**
 * Decodes a header (struct mt_header of record.h). Never throws: what is not a header gives Damage with the
 * reason.
 */
export function decodeHeader(bytes: ArrayBufferView): JournalHeader | Damage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reason = whyUnreadable(view);
  if (reason !== undefined) return { slot: -1, reason };
  const u32 = (field: { offset: number }): number => view.getUint32(field.offset, true);
  const u64 = (field: { offset: number }): bigint => view.getBigUint64(field.offset, true);
  const bits = u32(fields.features);
  const range = (base: bigint, length: bigint) => [base, base + length] as const;
  const last = { tsc: u64(fields.tsc_last), mono: u64(fields.mono_last) };
  return {
    version: u32(fields.version),
    pageBytes: u32(fields.page_size),
    arch: u32(fields.arch),
    features: {
      forked: (bits & features.forked) !== 0,
      launcher: (bits & features.launcher) !== 0,
      wroteMem: (bits & features.wroteMem) !== 0,
      wroteProtect: (bits & features.wroteProtect) !== 0,
      noMaps: (bits & features.noMaps) !== 0,
    },
    pid: u32(fields.pid),
    ppid: u32(fields.ppid),
    tid: u32(fields.tid),
    parentPid: u32(fields.parent_pid),
    parentOpenTsc: u64(fields.parent_open_tsc),
    open: { tsc: u64(fields.tsc_open), mono: u64(fields.mono_open) },
    realOpenNanos: u64(fields.real_open),
    last: last.tsc === 0n || last.mono === 0n ? undefined : last,
    toolRanges: [
      range(u64(fields.tool_base), u64(fields.tool_length)),
      range(u64(fields.library_base), u64(fields.library_length)),
    ].filter(([start, end]) => end > start),
    cursor: Number(u64(fields.cursor)),
    limit: Number(u64(fields.limit)),
    lost: Number(u64(fields.lost)),
    lostReason: u32(fields.lost_reason),
    ended: u32(fields.ended) !== 0,
    drained: Number(u64(fields.drained)),
  };
}

/** The changing words of a header in shared memory. */
export class LiveHeader {
  readonly #words: Int32Array;
  readonly #longs: BigInt64Array;

  /** @param i32 the header's words, at least MT_HEADER_SIZE bytes of them */
  constructor(i32: Int32Array) {
    this.#words = i32;
    this.#longs = new BigInt64Array(i32.buffer, i32.byteOffset, i32.byteLength >> 3);
  }

  #read(offset: number): number {
    const low = offset / 4;
    for (;;) {
      const high = Atomics.load(this.#words, low + 1) >>> 0;
      const value = Atomics.load(this.#words, low) >>> 0;
      if (Atomics.load(this.#words, low + 1) >>> 0 === high) return high * 4294967296 + value;
    }
  }

  /** Slots reserved so far. Load it before the slots: every slot below it exists. */
  get cursor(): number {
    return this.#read(fields.cursor.offset);
  }

  /** Slots that have room in the file. */
  get limit(): number {
    return this.#read(fields.limit.offset);
  }

  /** Raises the limit to `slots`, unless the hook raised it further in the meantime. */
  raiseLimit(slots: number): void {
    const index = fields.limit.offset / 8;
    for (;;) {
      const now = Atomics.load(this.#longs, index);
      if (now >= BigInt(slots)) return;
      if (Atomics.compareExchange(this.#longs, index, now, BigInt(slots)) === now) return;
    }
  }

  /** Calls that could not be recorded. */
  get lost(): number {
    return this.#read(fields.lost.offset);
  }

  get lostReason(): number {
    return Atomics.load(this.#words, fields.lost_reason.offset / 4) >>> 0;
  }

  /** Calls whose stack found no room, so that their caller alone is kept. */
  get stacksLost(): number {
    return Atomics.load(this.#words, fields.stacks_lost.offset / 4) >>> 0;
  }

  get ended(): boolean {
    return Atomics.load(this.#words, fields.ended.offset / 4) !== 0;
  }

  /** Written by the recorder: slots below it are in the database. */
  get drained(): number {
    return this.#read(fields.drained.offset);
  }

  set drained(slots: number) {
    Atomics.store(this.#words, fields.drained.offset / 4 + 1, Math.floor(slots / 4294967296));
    Atomics.store(this.#words, fields.drained.offset / 4, slots | 0);
  }

  /** The hook cannot extend the file itself and waits for the recorder to do it. */
  get wantsRoom(): boolean {
    return Atomics.load(this.#words, fields.wants_room.offset / 4) !== 0;
  }

  /** Asks the hook to record no more. */
  stop(): void {
    Atomics.store(this.#words, fields.stop.offset / 4, 1);
  }
}

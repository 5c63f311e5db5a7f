/** One journal on disk while it is written: its header, a moving window on its slots, its growth and its shrinking. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
} from "node:fs";
import { defaultPageBytes } from "../base/pages.ts";
import { allocate, MappedFile, punchHole } from "../ffi/libc.ts";
import type { Damage } from "../journal/wire/damage.ts";
import { decodeHeader, isDamage, type JournalHeader, LiveHeader } from "../journal/wire/header.ts";
import { type SlotWindow, slotWindow } from "../journal/wire/slots.ts";
import { defines } from "../journal/wire/wire.gen.ts";

const headerBytes = defines.MT_HEADER_SIZE;
const recordBytes = defines.MT_RECORD_SIZE;
const slotsPerPage = defaultPageBytes / recordBytes;
/** 64 MiB of slots are mapped at a time. */
const windowSlots = 524_288;
/** Less than this is not worth a call to free it. */
const punchBytes = 1 << 20;
/** Room allocated ahead for a program that cannot extend its journal itself. */
const helplessSlots = 131_072;
/** MT_FIRST_SLOTS of the hook. */
const firstSlots = 512;

const slotOffset = (slot: number): number => headerBytes + slot * recordBytes;

/** Start time of a process in clock ticks since boot, which distinguishes two users of one pid; undefined when it is gone. */
export function startTicks(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A leader that has ended is a zombie as long as other threads run.
    const gone =
      fields[0] === "X" || (fields[0] === "Z" && readdirSync(`/proc/${pid}/task`).length < 2);
    return gone ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
}

/** Opens a journal; Damage with the reason for a file that is not one. */
export function openJournal(path: string): JournalFile | Damage {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
  } catch (error) {
    return { slot: -1, reason: (error as Error).message };
  }
  const bytes = Buffer.alloc(headerBytes);
  const got = readSync(fd, bytes, 0, headerBytes, 0);
  const header = decodeHeader(bytes.subarray(0, got));
  if (isDamage(header)) {
    closeSync(fd);
    return header;
  }
  return new JournalFile(path, fd, header);
}

export class JournalFile {
  readonly path: string;
  readonly header: JournalHeader;
  readonly live: LiveHeader;
  readonly #fd: number;
  readonly #headerMap: MappedFile;
  readonly #startTicks: number | undefined;
  #map: MappedFile | undefined;
  #window: SlotWindow | undefined;
  #punched = 0;
  #cursorBefore = 0;

  constructor(path: string, fd: number, header: JournalHeader) {
    this.path = path;
    this.#fd = fd;
    this.header = header;
    this.#headerMap = new MappedFile(fd, 0, headerBytes, "write");
    this.live = new LiveHeader(new Int32Array(this.#headerMap.buffer));
    this.#startTicks = startTicks(header.pid);
  }

  /** The current ones: the hook adds to them while it starts. */
  get features(): JournalHeader["features"] {
    const now = decodeHeader(new Uint8Array(this.#headerMap.buffer));
    return isDamage(now) ? this.header.features : now.features;
  }

  /** Whether the process that opened it still runs; it may have exec'd another program since. */
  get isAlive(): boolean {
    return this.#startTicks !== undefined && startTicks(this.header.pid) === this.#startTicks;
  }

  /** Whether the process still has the journal mapped: false once an exec replaced its address space. */
  get isMapped(): boolean {
    try {
      return readFileSync(`/proc/${this.header.pid}/maps`, "latin1").includes(this.path);
    } catch {
      return false;
    }
  }

  /** Bytes that the process has mapped now, without the tool's own memory. */
  get mappedBytes(): number {
    let maps: string;
    try {
      maps = readFileSync(`/proc/${this.header.pid}/maps`, "latin1");
    } catch {
      return 0;
    }
    const tool = this.header.toolRanges.map(([from, to]) => [Number(from), Number(to)] as const);
    let bytes = 0;
    for (const [, from, to] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) /gm)) {
      const start = Number.parseInt(from!, 16);
      if (tool.some(([low, high]) => start >= low && start < high)) continue;
      bytes += Number.parseInt(to!, 16) - start;
    }
    return bytes;
  }

  /** Slots that the file has room for; a damaged header cannot make this more than the file's length. */
  get presentSlots(): number {
    const inFile = Math.max(0, Math.floor((fstatSync(this.#fd).size - headerBytes) / recordBytes));
    return Math.min(this.live.limit, inFile);
  }

  /** Bytes on disk. */
  get diskBytes(): number {
    return fstatSync(this.#fd).blocks * 512;
  }

  /** A window that begins at `slot` or shortly before it, and ends where the file does. */
  windowAt(slot: number): SlotWindow {
    const present = this.presentSlots;
    const current = this.#window;
    const end = current === undefined ? 0 : current.first + current.count;
    const holds = current !== undefined && slot >= current.first && slot < end;
    if (holds && (end === present || end - slot > windowSlots / 2)) return current;
    const first = Math.floor(slot / slotsPerPage) * slotsPerPage;
    const count = Math.max(0, Math.min(windowSlots, present - first));
    this.#map?.release();
    this.#map = undefined;
    this.#window = undefined;
    if (count === 0) return slotWindow(new ArrayBuffer(0), 0, 0, first);
    this.#map = new MappedFile(this.#fd, slotOffset(first), count * recordBytes, "read");
    this.#window = slotWindow(this.#map.buffer, 0, count * recordBytes, first);
    return this.#window;
  }

  /**
   * Extends the file ahead of its writer, so that the program need not: by twice the slots reserved
   * since the last call. A journal that lost slots once is not extended, because its losses are final.
   */
  growAhead(): void {
    const { cursor, limit, lostReason, wantsRoom } = this.live;
    const reserved = cursor - this.#cursorBefore;
    this.#cursorBefore = cursor;
    if (lostReason !== 0 || (cursor < firstSlots / 2 && !wantsRoom)) return;
    const least = wantsRoom ? helplessSlots : 8192;
    const wanted = Math.min(Math.max(least, reserved * 2), 262_144);
    if (limit - cursor >= wanted) return;
    const next = Math.ceil((cursor + wanted * 2) / 8192) * 8192;
    if (allocate(this.#fd, slotOffset(limit), slotOffset(next)) === undefined) {
      this.live.raiseLimit(next);
    }
  }

  /** Allocates a new journal's first slots, for a program whose RLIMIT_FSIZE forbids it to do so. */
  static giveFirstRoom(path: string): void {
    try {
      const fd = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
      if (fstatSync(fd).size === 0) allocate(fd, 0, slotOffset(firstSlots));
      closeSync(fd);
    } catch {
      // Gone again, or no room: the hook reports it.
    }
  }

  /** Slots below `slot` are in the database: frees their disk space. */
  drained(slot: number): void {
    const to = slotOffset(Math.floor(slot / slotsPerPage) * slotsPerPage);
    if (to - this.#punched < punchBytes) return;
    punchHole(this.#fd, Math.max(this.#punched, headerBytes), to);
    this.#punched = to;
    this.live.drained = slot;
  }

  close(): void {
    this.#map?.release();
    this.#headerMap.release();
    closeSync(this.#fd);
  }
}

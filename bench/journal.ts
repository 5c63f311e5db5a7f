/** How fast a synthetic journal becomes rows: reading, linearising and filling columns. */
import { createBatch } from "../src/events/batch.ts";
import { JournalReader } from "../src/journal/reader.ts";
import type { JournalHeader } from "../src/journal/wire/header.ts";
import { slotWindow } from "../src/journal/wire/slots.ts";
import { defines, enums } from "../src/journal/wire/wire.gen.ts";
import {
  argsWord,
  devWord,
  endWord,
  inodeWord,
  kindWord,
  pathWord,
  recordBytes,
  recordWords,
  resultWord,
  returnAddressWord,
  stateWord,
  tidWord,
  tscBeginWord,
  tscEndWord,
} from "../src/journal/wire/words.ts";

const pageBytes = 4096;
const ticksPerNano = 3;
const openTicks = 12_345_678_901_234;

const header: JournalHeader = {
  version: defines.MT_VERSION,
  pageBytes,
  arch: 1,
  features: { forked: false, launcher: false, wroteMem: true, wroteProtect: false, noMaps: false },
  pid: 1,
  ppid: 1,
  tid: 1,
  parentPid: 0,
  parentOpenTsc: 0n,
  open: { tsc: BigInt(openTicks), mono: 1000n },
  realOpenNanos: 0n,
  last: { tsc: BigInt(openTicks) + 3_000_000_000n, mono: 1_000_001_000n },
  toolRanges: [],
  cursor: 0,
  limit: 0,
  lost: 0,
  lostReason: 0,
  ended: true,
  drained: 0,
};

/** Of 100 calls, `overlap` run while up to six others begin; one mmap in eight names a file. */
function makeSlots(records: number, overlap: number): Uint32Array {
  const u32 = new Uint32Array((records * recordBytes) / 4);
  const put = (word: number, value: number): void => {
    u32[word] = value;
    u32[word + 1] = Math.floor(value / 2 ** 32);
  };
  for (let slot = 0; slot < records; slot++) {
    const base = slot * recordWords;
    const address = 0x7f12_0000_0000 + (slot % 5000) * 16 * pageBytes;
    const mmap = slot % 2 === 0;
    u32[base + kindWord] = mmap ? enums.kind.mmap : enums.kind.munmap;
    u32[base + tidWord] = 1 + (slot % 8);
    const args = mmap ? [0, 4 * pageBytes, 3, 0x22, -1, 0] : [address, 4 * pageBytes];
    args.forEach((value, k) => {
      put(base + argsWord + 2 * k, value);
    });
    put(base + resultWord, mmap ? address : 0);
    put(base + returnAddressWord, 0x7f00_1234_5678);
    put(base + tscBeginWord, openTicks + slot * 2000 * ticksPerNano);
    put(base + tscEndWord, openTicks + (slot * 2000 + 900) * ticksPerNano);
    const running = (slot * 7919) % 100 < overlap ? (slot * 31) % 7 : 0;
    put(base + endWord, Math.min(records, slot + 1 + running));
    if (mmap && slot % 16 === 0) {
      u32[base + kindWord] = enums.kind.mmap | (defines.MT_FLAG_FILE << 16);
      u32[base + devWord] = 0x800001;
      put(base + inodeWord, 4711 + (slot % 40));
      put(base + pathWord, 0);
    }
    u32[base + stateWord] = enums.state.done;
  }
  return u32;
}

export interface JournalFigure {
  readonly name: string;
  readonly records: number;
  readonly recordsPerSecond: number;
}

function measure(name: string, u32: Uint32Array): JournalFigure {
  const records = u32.length / recordWords;
  const window = slotWindow(u32.buffer, 0, u32.byteLength, 0);
  const batch = createBatch(4096);
  const rounds: number[] = [];
  for (let round = 0; round < 5; round++) {
    const reader = new JournalReader({ header, process: 1, monoStart: 0n, fileId: () => 1 });
    const begin = process.hrtime.bigint();
    reader.feed(window, records);
    reader.finish(records);
    while (reader.take(batch) !== undefined) batch.length = 0;
    batch.length = 0;
    rounds.push(Number(process.hrtime.bigint() - begin));
    if (reader.rowCount !== records) throw new Error(`${reader.rowCount} of ${records} rows`);
  }
  rounds.sort((a, b) => a - b);
  return { name, records, recordsPerSecond: (records / rounds[2]!) * 1e9 };
}

/** Medians of five rounds. */
export async function benchJournal(records = 1_000_000): Promise<JournalFigure[]> {
  return [
    measure("journal to rows, calls one after another", makeSlots(records, 0)),
    measure("journal to rows, a tenth of the calls overlap", makeSlots(records, 10)),
    measure("journal to rows, all calls overlap", makeSlots(records, 100)),
  ];
}

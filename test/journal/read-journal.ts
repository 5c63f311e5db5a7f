/** Reads whole journals in tests: rows as objects, items and rows in one list. */
import { createBatch, type EventBatch } from "../../src/events/batch.ts";
import { kindOf } from "../../src/events/kinds.ts";
import type { JournalFile } from "../../src/journal/contents/files.ts";
import type { JournalItem } from "../../src/journal/contents/items.ts";
import { JournalReader, type ReaderOptions } from "../../src/journal/reader.ts";
import { decodeHeader, isDamage, type JournalHeader } from "../../src/journal/wire/header.ts";
import { slotWindow } from "../../src/journal/wire/slots.ts";
import { defines } from "../../src/journal/wire/wire.gen.ts";
import { openMono } from "../helpers/journal-builder.ts";

export interface Row {
  type: "row";
  call: string;
  slot: number;
  tid: number;
  at: number;
  duration: number;
  args: number[];
  result: number;
  file: number;
  flags: number;
  wide: readonly bigint[] | undefined;
}

export function rowsOf(batch: EventBatch, from = 0): Row[] {
  const rows: Row[] = [];
  for (let i = from; i < batch.length; i++) {
    rows.push({
      type: "row",
      call: kindOf(batch.kind[i]!) ?? "?",
      slot: batch.slot[i]!,
      tid: batch.tid[i]!,
      at: batch.at[i]!,
      duration: batch.duration[i]!,
      args: batch.args.map((column) => column[i]!),
      result: batch.result[i]!,
      file: batch.file[i]!,
      flags: batch.flags[i]!,
      wide: batch.wide.get(i),
    });
  }
  return rows;
}

/** All that can be taken now. */
export function takeAll(reader: JournalReader, capacity = 64): (Row | JournalItem)[] {
  const taken: (Row | JournalItem)[] = [];
  let batch = createBatch(capacity);
  for (;;) {
    const from = batch.length;
    const step = reader.take(batch);
    taken.push(...rowsOf(batch, from));
    if (step === undefined) return taken;
    if (step === "full") batch = createBatch(capacity);
    else taken.push(step);
  }
}

export function headerOf(bytes: Uint8Array): JournalHeader {
  const header = decodeHeader(bytes);
  if (isDamage(header)) throw new Error(header.reason);
  return header;
}

export function openReader(
  header: JournalHeader,
  options: Partial<ReaderOptions> & { files?: JournalFile[] } = {},
): JournalReader {
  const { files = [], ...rest } = options;
  return new JournalReader({
    header,
    process: 1,
    monoStart: openMono,
    fileId: (file) => files.push(file),
    ...rest,
  });
}

export interface WholeJournal {
  reader: JournalReader;
  taken: (Row | JournalItem)[];
  rows: Row[];
  files: JournalFile[];
}

/** Reads the bytes of a journal whose process is gone. */
export function readJournal(bytes: Uint8Array): WholeJournal {
  const files: JournalFile[] = [];
  const header = headerOf(bytes);
  const reader = openReader(header, { files });
  const room = bytes.byteLength - defines.MT_HEADER_SIZE;
  const window = slotWindow(bytes.buffer, bytes.byteOffset + defines.MT_HEADER_SIZE, room, 0);
  reader.feed(window, header.cursor);
  reader.finish(window.count);
  const taken = takeAll(reader);
  return {
    reader,
    taken,
    rows: taken.filter((entry): entry is Row => entry.type === "row"),
    files,
  };
}

/** A small recording with one of each thing that a listing shows, and an Io that keeps what is written. */

import { join } from "node:path";
import type { Io } from "../../src/app/io/io.ts";
import { createStyle } from "../../src/base/style.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import type { RecordingWriter } from "../../src/store/writer.ts";
import { batchOf, type EventRow } from "../store/batches.ts";
import { appendEnd, appendStart, meta, open, scratch, startOf, summary } from "../store/helpers.ts";

export interface CapturedIo extends Io {
  readonly outText: () => string;
  readonly errText: () => string;
}

export function captureIo(
  cwd: string,
  options: { unicode?: boolean; colour?: boolean } = {},
): CapturedIo {
  const { unicode = true, colour = false } = options;
  const style = createStyle({ colour, unicode });
  const texts = { out: "", err: "" };
  const output = (name: "out" | "err") => ({
    style,
    isTTY: false,
    write: async (text: string) => {
      texts[name] += text;
    },
  });
  return {
    out: output("out"),
    err: output("err"),
    env: {},
    cwd,
    outText: () => texts.out,
    errText: () => texts.err,
  };
}

const base = 0x7f12_3400_0000;
const tid = 4121;

/** Calls of process 1, a millisecond apart. */
export function sampleRows(file: number): EventRow[] {
  const MiB = 1024 ** 2;
  const calls: Omit<EventRow, "at" | "slot">[] = [
    { kind: kindCodes.brk, args: [0], result: 0x5555_0000_0000, duration: 300 },
    { kind: kindCodes.brk, args: [0x5555_0002_1000], result: 0x5555_0002_1000, duration: 700 },
    { kind: kindCodes.mmap, args: [0, MiB, 3, 0x22, -1, 0], result: base, duration: 1200 },
    {
      kind: kindCodes.mmap,
      args: [0, 5000, 1, 2, 3, 8192],
      result: base + 8 * MiB,
      duration: 2000,
      file,
    },
    { kind: kindCodes.mremap, args: [base, MiB, 2 * MiB, 1, 0], result: base, duration: 900 },
    {
      kind: kindCodes.mremap,
      args: [base, 2 * MiB, 64 * MiB, 1, 0],
      result: 0x7f12_2000_0000,
      duration: 14000,
    },
    {
      kind: kindCodes.mremap,
      args: [base + 8 * MiB, 8192, 16384, 0, 0],
      result: -12,
      duration: 400,
    },
    {
      kind: kindCodes.madvise,
      tid: 4130,
      args: [0x7f12_2000_0000, MiB, 4],
      result: 0,
      duration: 5000,
    },
    { kind: kindCodes.munmap, args: [0x7f12_2000_0000, 64 * MiB], result: 0, duration: 3000 },
    { kind: kindCodes.mprotect, args: [base + 8 * MiB, 8192, 0], result: -13, duration: 350 },
    { kind: kindCodes.exit_group, args: [0], result: 0, flags: 1, duration: -1 },
  ];
  return calls.map((call, i) => ({ tid, ...call, at: (i + 1) * 1_000_000, slot: i }));
}

/** Makes maptrail.db in a scratch folder and returns the folder. */
export function sampleDatabase(more?: (writer: RecordingWriter) => void): string {
  const folder = scratch();
  const store = open(join(folder, "maptrail.db"));
  const writer = store.writer(store.createRecording(meta));
  appendStart(writer, startOf(1));
  const file = writer.file({
    dev: 1,
    inode: "2",
    path: "/usr/share/locale/very/long/path/LC_CTYPE.dat",
  });
  writer.append(batchOf(sampleRows(file)));
  more?.(writer);
  appendEnd(writer, { process: 1, how: "exit", status: 0, atNanos: 12_000_000 });
  writer.finish(summary);
  store.close();
  return folder;
}

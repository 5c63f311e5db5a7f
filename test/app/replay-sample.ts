/** Recordings by hand whose maps texts and calls belong together, for replays and what is told of them. */

import { join } from "node:path";
import type { Analyses } from "../../src/analyses/answers.ts";
import type { SiteNames } from "../../src/analyses/recorders/sites.ts";
import { analyse } from "../../src/app/passes/analyse.ts";
import { kindCodes, type Moment, moments } from "../../src/events/kinds.ts";
import type { ProcessEnd, ProcessStart } from "../../src/events/process.ts";
import type { RecordingWriter } from "../../src/store/writer.ts";
import { batchOf, type EventRow } from "../store/batches.ts";
import { appendEnd, appendStart, meta, open, scratch, startOf, summary } from "../store/helpers.ts";

export const page = 4096;
export const base = 0x7f00_0000_0000;

/** An address, counted in pages from `base`. */
export function at(pages: number): number {
  return base + pages * page;
}

const named = {
  heap: "555500000000-555500002000 rw-p 00000000 00:00 0                          [heap]",
  lib: "7f0000100000-7f0000104000 r-xp 00002000 fe:00 77                         /lib/x.so",
  stack: "7ffc00010000-7ffc00020000 rw-p 00000000 00:00 0                          [stack]",
} as const;

/** A maps text: `rw-p 0-4` in pages from base, or a named line. Ascending. */
export function maps(...lines: string[]): string {
  return lines.map((line) => `${lineOf(line)}\n`).join("");
}

function lineOf(line: string): string {
  const known = named[line as keyof typeof named];
  if (known !== undefined) return known;
  const [permissions, range = ""] = line.split(" ");
  const [from, to] = range.split("-").map((pages) => at(Number(pages)).toString(16));
  return `${from}-${to} ${permissions} 00000000 00:00 0 `;
}

/** Appends to one recording; times pass by a microsecond an event. */
export class Script {
  readonly #writer: RecordingWriter;
  #at = 0;
  #returnAddress = 0;

  constructor(writer: RecordingWriter) {
    this.#writer = writer;
  }

  #now(): number {
    this.#at += 1000;
    return this.#at;
  }

  /** Id of a file, for the rows that map it. */
  file(path: string, inode: number): number {
    return this.#writer.file({ dev: 1, inode: String(inode), path });
  }

  /** Where the calls from here on are made. */
  from(returnAddress: number): this {
    this.#returnAddress = returnAddress;
    return this;
  }

  start(process: number, more: Partial<ProcessStart> = {}): this {
    const argv = [more.exe ?? "grow"];
    appendStart(
      this.#writer,
      startOf(process, { exe: "/bin/grow", argv, atNanos: this.#now(), ...more }),
    );
    return this;
  }

  end(process: number, more: Partial<ProcessEnd> = {}): this {
    appendEnd(this.#writer, { process, how: "exit", status: 0, atNanos: this.#now(), ...more });
    return this;
  }

  maps(process: number, moment: Moment, text: string, stable = true): this {
    const blob = this.#writer.blob(new TextEncoder().encode(text));
    const args = [blob, moments[moment], stable ? 1 : 0];
    return this.rows({ kind: kindCodes.mapsObserved, process, args });
  }

  lost(process: number, count: number, reason: string): this {
    const blob = this.#writer.blob(new TextEncoder().encode(reason));
    return this.rows({ kind: kindCodes.callsLost, process, args: [count, blob] });
  }

  map(process: number, from: number, pages: number, more: Partial<EventRow> = {}): this {
    const args = [0, pages * page, 3, 0x22, -1, 0];
    return this.rows({ kind: kindCodes.mmap, process, args, result: at(from), ...more });
  }

  unmap(process: number, from: number, pages: number, more: Partial<EventRow> = {}): this {
    return this.rows({ kind: kindCodes.munmap, process, args: [at(from), pages * page], ...more });
  }

  move(process: number, from: number, old: number, now: number, to: number): this {
    const args = [at(from), old * page, now * page, 1, 0];
    return this.rows({ kind: kindCodes.mremap, process, args, result: at(to) });
  }

  rows(...rows: EventRow[]): this {
    const timed = rows.map((row) => ({
      tid: 4120 + (row.process ?? 1),
      duration: 500,
      at: this.#now(),
      returnAddress: this.#returnAddress,
      ...row,
    }));
    this.#writer.append(batchOf(timed));
    return this;
  }
}

/** Writes maptrail.db into a scratch folder and returns the folder. */
export function scripted(write: (script: Script) => void, host = meta.host): string {
  const folder = scratch();
  const store = open(join(folder, "maptrail.db"));
  const writer = store.writer(store.createRecording({ ...meta, command: ["grow"], host }));
  write(new Script(writer));
  writer.finish(summary);
  store.close();
  return folder;
}

/** A heap whose break lies within a page, and what the program put two pages above it refuses its growth. */
export function refusedHeap(): string {
  const heapEnd = 0x5555_0000_2000;
  return scripted((script) => {
    const brk = (wanted: number, result = wanted) =>
      script.rows({ kind: kindCodes.brk, args: [wanted], result });
    script.start(1).maps(1, "start", maps("heap", "stack"));
    brk(heapEnd + 100);
    script.map(1, 0, 4, { result: heapEnd + 3 * page });
    brk(heapEnd + 16 * page, heapEnd + 100);
  });
}

/** What all analyses say of the newest recording; without `sites` a place is its address. */
export function analysed(folder: string, sites?: SiteNames): Analyses {
  const store = open(join(folder, "maptrail.db"), "read");
  const row = store.recording();
  return analyse(row, store.reader(row.id), sites && { sites });
}

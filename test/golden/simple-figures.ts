/** The figures of a recording by lists, sets and loops over its events: nothing of src/analyses or src/space is used. */
import type { EventBatch } from "../../src/events/batch.ts";
import { isCallCode, kindOf } from "../../src/events/kinds.ts";
import { blobText } from "../../src/store/event-context.ts";
import type { RecordingReader } from "../../src/store/reader.ts";

const page = 4096;

export interface CallSum {
  count: number;
  failed: number;
  nanos: number;
}

export interface OutcomeSum {
  count: number;
  pages: number;
  nanos: number;
}

/** One process: each mapped page, and what was counted. */
export class SimpleProcess {
  pages = new Set<number>();
  calls = 0;
  failed = 0;
  moved = 0;
  peakPages = 0;
  /** Program break, in pages. */
  breakPage = 0;

  set(from: number, bytes: number, isMapped: boolean): void {
    const end = Math.ceil((from + bytes) / page);
    for (let one = from / page; one < end; one += 1) {
      if (isMapped) this.pages.add(one);
      else this.pages.delete(one);
    }
    this.peakPages = Math.max(this.peakPages, this.pages.size);
  }

  /** Lengths in pages of what is free between pages that lie less than 64 GiB apart. */
  gaps(): number[] {
    const sorted = [...this.pages].sort((a, b) => a - b);
    const apart = sorted.slice(1).map((one, i) => one - sorted[i]! - 1);
    return apart.filter((gap) => gap > 0 && gap < (64 * 1024 ** 3) / page);
  }
}

export class SimpleFigures {
  readonly calls = new Map<string, CallSum>();
  readonly growth = new Map<string, OutcomeSum>();
  readonly processes = new Map<number, SimpleProcess>();
  /** By return address: mappings made by mmap and mremap. */
  readonly born = new Map<number, number>();
  lostCalls = 0;
  events = 0;
  #reader: RecordingReader;
  /** By pid: what a forked child begins with. */
  #forked = new Map<number, SimpleProcess>();

  constructor(reader: RecordingReader) {
    this.#reader = reader;
    for (const batch of reader.chunks()) {
      for (let row = 0; row < batch.length; row += 1) this.#event(batch, row);
    }
  }

  #processOf(number: number): SimpleProcess {
    const known = this.processes.get(number);
    if (known !== undefined) return known;
    const pid = this.#reader.processes().find(({ process }) => process === number)?.pid ?? 0;
    const made = this.#forked.get(pid) ?? new SimpleProcess();
    this.#forked.delete(pid);
    this.processes.set(number, made);
    return made;
  }

  #event(batch: EventBatch, row: number): void {
    this.events += 1;
    const args = batch.args.map((column) => column[row]!);
    const process = this.#processOf(batch.process[row]!);
    const kind = kindOf(batch.kind[row]!)!;
    if (kind === "mapsObserved") this.#observe(process, args[0]!);
    else if (kind === "callsLost") this.lostCalls += args[0]!;
    else if (isCallCode(batch.kind[row]!)) this.#call(batch, row, process, args);
  }

  /** A later text takes the place of what calls have made, as a replay is set right; it makes no peak. */
  #observe(process: SimpleProcess, blob: number): void {
    const { peakPages } = process;
    const isFirst = process.pages.size === 0;
    process.pages.clear();
    for (const line of blobText(this.#reader, blob)!.trim().split("\n")) {
      const [from, to] = line
        .split(" ")[0]!
        .split("-")
        .map((text) => Number.parseInt(text, 16));
      process.set(from!, to! - from!, true);
      if (line.includes("[heap]")) process.breakPage = to! / page;
    }
    if (!isFirst) process.peakPages = peakPages;
  }

  #call(batch: EventBatch, row: number, process: SimpleProcess, args: readonly number[]): void {
    const name = kindOf(batch.kind[row]!)!;
    const nanos = batch.duration[row]!;
    const result = batch.result[row]!;
    const sum = this.calls.get(name) ?? { count: 0, failed: 0, nanos: 0 };
    this.calls.set(name, sum);
    sum.count += 1;
    sum.nanos += nanos;
    process.calls += 1;
    if (name === "mremap") this.#mremap(batch, row, process, args);
    else if (name === "brk") this.#brk(process, args[0]!, result, nanos);
    else if (name === "clone") {
      const child = new SimpleProcess();
      child.breakPage = process.breakPage;
      child.pages = new Set(process.pages);
      child.peakPages = child.pages.size;
      this.#forked.set(result, child);
    }
    if (result < 0) {
      sum.failed += 1;
      process.failed += 1;
    } else if (name === "mmap") {
      process.set(result, args[1]!, true);
      this.#bear(batch, row);
    } else if (name === "munmap") process.set(args[0]!, args[1]!, false);
  }

  #bear(batch: EventBatch, row: number): void {
    const site = batch.returnAddress[row]!;
    this.born.set(site, (this.born.get(site) ?? 0) + 1);
  }

  #grown(outcome: string, pages: number, nanos: number): void {
    const sum = this.growth.get(outcome) ?? { count: 0, pages: 0, nanos: 0 };
    this.growth.set(outcome, sum);
    sum.count += 1;
    sum.pages += pages;
    sum.nanos += nanos;
  }

  #mremap(batch: EventBatch, row: number, process: SimpleProcess, args: readonly number[]): void {
    const [address, oldBytes, newBytes, flags] = args as [number, number, number, number];
    const result = batch.result[row]!;
    const outcome = outcomeOf(address, oldBytes, newBytes, flags, result);
    const more = outcome === "shrunk" ? oldBytes - newBytes : Math.max(0, newBytes - oldBytes);
    this.#grown(outcome, more / page, batch.duration[row]!);
    if (outcome === "moved") process.moved += 1;
    if (result < 0) return;
    // A second view, or an empty mapping in the old place, is a mapping more.
    if (oldBytes === 0 || (flags & 4) !== 0) this.#bear(batch, row);
    else process.set(address, oldBytes, false);
    process.set(result, newBytes, true);
  }

  #brk(process: SimpleProcess, wanted: number, result: number, nanos: number): void {
    const before = process.breakPage;
    const after = result / page;
    if (result !== wanted) this.#grown("refused", wanted / page - before, nanos);
    else if (after > before) {
      process.set(before * page, (after - before) * page, true);
      this.#grown("in place", after - before, nanos);
    } else {
      process.set(result, (before - after) * page, false);
      this.#grown("shrunk", before - after, nanos);
    }
    process.breakPage = after;
  }
}

function outcomeOf(
  address: number,
  oldBytes: number,
  newBytes: number,
  flags: number,
  result: number,
): string {
  if (result < 0) return "refused";
  if (oldBytes === 0) return "duplicated";
  if ((flags & 6) !== 0) return "relocated";
  if (result !== address) return "moved";
  if (newBytes === oldBytes) return "unchanged";
  return newBytes > oldBytes ? "in place" : "shrunk";
}

/** The file that contains a return address, for events without a stack: from maps texts and later mmaps. */

import type { EventBatch } from "../events/batch.ts";
import { hasFlags, prot } from "../events/flags.ts";
import { memoryCalls, observations } from "../events/kinds.ts";
import { parseMaps } from "../space/regions/proc-maps.ts";
import { blobText } from "../store/event-context.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { CodeSource } from "./code-points.ts";

interface CodeRange {
  readonly fromSeq: number;
  readonly start: number;
  readonly end: number;
  readonly fileOffset: number;
  readonly path: string;
}

export interface ReturnPlace {
  readonly source: CodeSource;
  /** Place in the file. */
  readonly offset: number;
}

export class ReturnPlaces {
  readonly #ranges = new Map<number, CodeRange[]>();
  /** Addresses that were looked up since the process's ranges last changed. */
  readonly #known = new Map<number, Set<number>>();
  readonly #distinct = new Map<string, ReturnPlace>();
  readonly #parents: ReadonlyMap<number, number | undefined>;

  /** Reads the whole recording once. */
  constructor(reader: RecordingReader) {
    this.#parents = new Map(reader.processes().map((row) => [row.process, row.parent]));
    for (const batch of reader.chunks()) {
      for (let row = 0; row < batch.length; row += 1) this.#note(batch, row, reader);
    }
  }

  /** The distinct places of all events without a stack. */
  get distinct(): Iterable<ReturnPlace> {
    return this.#distinct.values();
  }

  /** Where the address lay at that event; undefined where no file is known to have been. */
  placeOf(process: number, seq: number, address: number): ReturnPlace | undefined {
    const seen = new Set<number>();
    for (let one: number | undefined = process; one !== undefined; one = this.#parents.get(one)) {
      if (seen.has(one)) break;
      seen.add(one);
      const range = (this.#ranges.get(one) ?? []).findLast(
        ({ fromSeq, start, end }) => fromSeq <= seq && start <= address && address < end,
      );
      if (range === undefined) continue;
      const offset = address - range.start + range.fileOffset;
      return { source: { path: range.path, areFileOffsets: true }, offset };
    }
    return undefined;
  }

  #note(batch: EventBatch, row: number, reader: RecordingReader): void {
    const kind = batch.kind[row];
    if (kind === observations.mapsObserved) this.#noteMaps(batch, row, reader);
    else {
      if (batch.stack[row] === 0) this.#noteCaller(batch, row);
      if (kind === memoryCalls.mmap) this.#noteMmap(batch, row, reader);
    }
  }

  #noteCaller(batch: EventBatch, row: number): void {
    const process = batch.process[row] ?? 0;
    const address = batch.returnAddress[row] ?? 0;
    const known = this.#known.get(process);
    if (address <= 0 || known?.has(address)) return;
    if (known === undefined) this.#known.set(process, new Set([address]));
    else known.add(address);
    const place = this.placeOf(process, batch.firstSeq + row, address);
    if (place !== undefined) this.#distinct.set(`${place.source.path} ${place.offset}`, place);
  }

  #noteMaps(batch: EventBatch, row: number, reader: RecordingReader): void {
    const text = blobText(reader, batch.args[0]?.[row] ?? 0);
    if (text === undefined) return;
    for (const { permissions, path, start, end, offset } of parseMaps(text).lines) {
      if (permissions[2] !== "x" || !path.startsWith("/")) continue;
      const fromSeq = batch.firstSeq + row;
      this.#add(batch.process[row] ?? 0, { fromSeq, start, end, fileOffset: offset, path });
    }
  }

  #noteMmap(batch: EventBatch, row: number, reader: RecordingReader): void {
    const access = batch.args[2]?.[row] ?? 0;
    const start = batch.result[row] ?? -1;
    const path = reader.file(batch.file[row] ?? 0)?.path;
    if (!hasFlags(access, prot.exec) || start <= 0 || path === undefined) return;
    this.#add(batch.process[row] ?? 0, {
      fromSeq: batch.firstSeq + row,
      start,
      end: start + (batch.args[1]?.[row] ?? 0),
      fileOffset: batch.args[5]?.[row] ?? 0,
      path,
    });
  }

  #add(process: number, range: CodeRange): void {
    this.#known.delete(process);
    const ranges = this.#ranges.get(process);
    if (ranges === undefined) this.#ranges.set(process, [range]);
    else ranges.push(range);
  }
}

/** How large a process's address space became: each process is replayed from its first maps text. */
import type { EventBatch } from "../events/batch.ts";
import { isMemoryCallCode, observations } from "../events/kinds.ts";
import { FileTable } from "../space/files.ts";
import { parseMaps } from "../space/proc-maps.ts";
import { AddressSpace } from "../space/space.ts";
import type { RecordingReader } from "../store/reader.ts";
import { blobText } from "./event-context.ts";

/** A second fold over the pass that counts calls. */
export interface PeakFold {
  feed(batch: EventBatch): void;
  /** The largest that any one process's space became; undefined when nothing could be replayed. */
  result(): { readonly peakMappedBytes: number; readonly peakRegions: number } | undefined;
}

class SpacePeaks implements PeakFold {
  readonly #reader: RecordingReader;
  readonly #files: FileTable;
  /** Undefined for a process whose maps are not known yet. */
  readonly #spaces: (AddressSpace | undefined)[] = [];
  #bytes = 0;
  #regions = 0;

  constructor(reader: RecordingReader) {
    this.#reader = reader;
    this.#files = new FileTable((id) => reader.file(id));
  }

  feed(batch: EventBatch): void {
    for (let row = 0; row < batch.length; row++) {
      const kind = batch.kind[row]!;
      const process = batch.process[row]!;
      if (isMemoryCallCode(kind)) {
        const space = this.#spaces[process];
        if (space === undefined) continue;
        space.apply(batch, row);
        this.#look(space);
      } else if (kind === observations.mapsObserved && this.#spaces[process] === undefined) {
        this.#adopt(process, batch.args[0]![row]!);
      } else if (kind === observations.processEnded) {
        this.#spaces[process] = undefined;
      }
    }
  }

  result(): ReturnType<PeakFold["result"]> {
    return this.#regions === 0
      ? undefined
      : { peakMappedBytes: this.#bytes, peakRegions: this.#regions };
  }

  #adopt(process: number, blob: number): void {
    const maps = parseMaps(blobText(this.#reader, blob) ?? "");
    if (maps.lines.length === 0) return;
    const toolRanges = this.#reader
      .processes()
      .find((row) => row.process === process)
      ?.toolRanges.map(([start, end]) => [Number(start), Number(end)] as const);
    const space = new AddressSpace({ files: this.#files, ...(toolRanges && { toolRanges }) });
    space.adopt(maps.lines);
    this.#spaces[process] = space;
    this.#look(space);
  }

  #look(space: AddressSpace): void {
    if (space.mappedBytes > this.#bytes) this.#bytes = space.mappedBytes;
    if (space.mergedCount > this.#regions) this.#regions = space.mergedCount;
  }
}

export function createPeakFold(reader: RecordingReader): PeakFold {
  return new SpacePeaks(reader);
}

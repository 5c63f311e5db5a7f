/** A pass over calls by hand, without a store or a replay: spaces that begin, calls that are applied, ends. */

import { AnalysisPass } from "../../../src/analyses/recorders/pass.ts";
import type { SiteNames } from "../../../src/analyses/recorders/sites.ts";
import type { EventBatch } from "../../../src/events/batch.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { parseMaps } from "../../../src/space/regions/proc-maps.ts";
import { AddressSpace } from "../../../src/space/space.ts";
import { FileTable } from "../../../src/space/state/files.ts";
import { at, page } from "../../space/helpers.ts";
import { batchOf, type EventRow } from "../../store/batches.ts";

/** Event n is n µs after the start, whatever it is; the return address of a call is its site. */
export class PassByHand {
  readonly pass: AnalysisPass;
  readonly spaces = new Map<number, AddressSpace>();
  #seq = 0;

  constructor(sites?: SiteNames) {
    this.pass = new AnalysisPass({
      pageBytes: page,
      files: new FileTable(),
      ...(sites && { sites }),
    });
  }

  /** Its maps are known from here on; an event too. */
  begin(process = 1, mapsText = ""): this {
    const { pass } = this;
    pass.observed(this.#batch({ kind: kindCodes.mapsObserved, process }), 0);
    const space = new AddressSpace({ files: pass.files, lineage: pass.trackOf(process) });
    space.adopt(parseMaps(mapsText).lines, this.#seq);
    this.spaces.set(process, space);
    pass.began(process, space);
    return this;
  }

  call(row: EventRow): this {
    const batch = this.#batch(row);
    const space = this.spaces.get(row.process ?? 1);
    this.pass.before(space, batch, 0);
    if (space === undefined) return this;
    space.apply(batch, 0);
    this.pass.after(space, batch, 0);
    return this;
  }

  map(place: number, pages: number, more: Partial<EventRow> & { prot?: number } = {}): this {
    const { prot = 3, ...rest } = more;
    const args = [at(place), pages * page, prot, 0x32, -1, 0];
    return this.call({ kind: kindCodes.mmap, args, result: at(place), ...rest });
  }

  unmap(place: number, pages: number, more: Partial<EventRow> = {}): this {
    return this.call({ kind: kindCodes.munmap, args: [at(place), pages * page], ...more });
  }

  move(place: number, old: number, now: number, to: number, more: Partial<EventRow> = {}): this {
    const args = [at(place), old * page, now * page, 1, 0];
    return this.call({ kind: kindCodes.mremap, args, result: at(to), ...more });
  }

  protect(place: number, pages: number, prot: number, more: Partial<EventRow> = {}): this {
    return this.call({ kind: kindCodes.mprotect, args: [at(place), pages * page, prot], ...more });
  }

  end(process = 1): this {
    const space = this.spaces.get(process)!;
    this.pass.observed(this.#batch({ kind: kindCodes.processEnded, process }), 0);
    this.pass.ended(process, space);
    space.end(this.#seq);
    this.spaces.delete(process);
    return this;
  }

  finish(): this {
    this.pass.finish(this.spaces);
    return this;
  }

  #batch(row: EventRow): EventBatch {
    this.#seq += 1;
    const batch = batchOf([{ at: 1000 * this.#seq, tid: 4120 + (row.process ?? 1), ...row }]);
    batch.firstSeq = this.#seq;
    return batch;
  }
}

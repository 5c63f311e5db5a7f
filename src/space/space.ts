/** An address space that events change: the model that a replay drives and verify checks. */

import { type EventBatch, eventFlags } from "../events/batch.ts";
import { isMemoryCallCode, kindOf, memoryCalls } from "../events/kinds.ts";
import { adoptAll } from "./adopt.ts";
import { applyIoDestroy, applyIoSetup } from "./calls/aio.ts";
import { applyBrk } from "./calls/brk.ts";
import { applyMadvise } from "./calls/madvise.ts";
import { applyMmap } from "./calls/mmap.ts";
import { applyMprotect } from "./calls/mprotect.ts";
import { applyMremap } from "./calls/mremap.ts";
import { applyMunmap } from "./calls/munmap.ts";
import { applyRemapFilePages } from "./calls/remap-file-pages.ts";
import { applyShmat, applyShmdt } from "./calls/shm.ts";
import { modes } from "./regions/modes.ts";
import type { MapsLine } from "./regions/proc-maps.ts";
import { mapsLines, type Region, regionAt, regionsIn } from "./snapshot.ts";
import { detach, separate, setModes } from "./state/edits.ts";
import { SpaceState } from "./state/state.ts";

export class AddressSpace extends SpaceState {
  /**
   * Applies row `i`: a memory call under the kernel's rules with the recorded result. Rows of other
   * kinds and failed calls change nothing. The row must belong to this space; its event number is
   * `firstSeq + i` unless `seq` says otherwise.
   */
  apply(batch: EventBatch, i: number, seq: number = batch.firstSeq + i): void {
    this.seq = seq;
    this.applied += 1;
    const kind = batch.kind[i]!;
    if (batch.flags[i]! & eventFlags.resultUnknown && isMemoryCallCode(kind)) {
      this.reportUnknown(batch, i);
      return;
    }
    switch (kind) {
      case memoryCalls.mmap:
        applyMmap(this, batch, i);
        return;
      case memoryCalls.munmap:
        applyMunmap(this, batch, i);
        return;
      case memoryCalls.mremap:
        applyMremap(this, batch, i);
        return;
      case memoryCalls.mprotect:
      case memoryCalls.pkey_mprotect:
        applyMprotect(this, batch, i);
        return;
      case memoryCalls.brk:
        applyBrk(this, batch, i);
        return;
      case memoryCalls.madvise:
        applyMadvise(this, batch, i);
        return;
      case memoryCalls.shmat:
        applyShmat(this, batch, i);
        return;
      case memoryCalls.shmdt:
        applyShmdt(this, batch, i);
        return;
      case memoryCalls.remap_file_pages:
        applyRemapFilePages(this, batch, i);
        return;
      case memoryCalls.io_setup:
        applyIoSetup(this, batch, i);
        return;
      case memoryCalls.io_destroy:
        applyIoDestroy(this, batch, i);
        return;
      default:
    }
  }

  /** Fills the space from the lines of a maps text, in place of what it held. */
  adopt(lines: readonly MapsLine[], seq = this.seq): void {
    this.seq = seq;
    adoptAll(this, lines);
  }

  /** An independent copy, without a listener unless one is given. */
  clone(): AddressSpace {
    const { files, features, toolRanges } = this;
    const copy = new AddressSpace({ files, features, toolRanges });
    copy.map = this.map.clone();
    copy.totals = this.totals.clone();
    copy.seq = this.seq;
    copy.nextMapping = this.nextMapping;
    copy.heapStart = this.heapStart;
    copy.brk = this.brk;
    copy.outside = this.outside;
    copy.unplacedRings = this.unplacedRings;
    for (const [backing, bytes] of this.segments) copy.segments.set(backing, bytes);
    for (const [object, inode] of this.objects) copy.objects.set(object, inode);
    return copy;
  }

  /** The space of a forked child: all but MADV_DONTFORK regions, and nothing locked. Mappings keep their numbers. */
  fork(seq: number): AddressSpace {
    const child = this.clone();
    child.seq = seq;
    const { map } = child;
    let row = map.first();
    while (row >= 0) {
      if (map.columns.mode[row]! & modes.dontFork) {
        detach(child, "not found");
        map.columns.release(row);
        row = map.row;
        separate(child);
      } else row = map.next();
    }
    setModes(child, 0, Number.POSITIVE_INFINITY, (mode) => mode & ~modes.locked);
    return child;
  }

  /** Ends every mapping, for the listener: at exec and at the process's end. */
  end(seq: number): void {
    this.seq = seq;
    for (let row = this.map.first(); row >= 0; row = this.map.first()) {
      detach(this, "ended");
      this.map.columns.release(row);
    }
  }

  get mappedBytes(): number {
    return this.totals.mappedBytes;
  }

  /** Regions with none merged: at least as many as the kernel has VMAs. */
  get regionCount(): number {
    return this.map.size;
  }

  /** Regions with all merged that calls allow to merge: at most as many as the kernel has VMAs. */
  get mergedCount(): number {
    return this.map.size - this.totals.joined;
  }

  regionAt(address: number): Region | undefined {
    return regionAt(this, address);
  }

  regionsIn(start: number, end: number): Region[] {
    return regionsIn(this, start, end);
  }

  /** Lines in the form of /proc/PID/maps. */
  snapshot(): MapsLine[] {
    return mapsLines(this);
  }

  private reportUnknown(batch: EventBatch, i: number): void {
    const start = batch.args[0]![i]!;
    const length = Math.max(0, batch.args[1]![i]!);
    const call = kindOf(batch.kind[i]!) ?? "call";
    this.report("unknown", call, "the call never came back", start, start + length);
  }
}

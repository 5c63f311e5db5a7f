/** Running sums over the regions of a space, updated with each change and never recounted. */
import { accessMask, modes } from "./modes.ts";

/** Protection and sharing: what maps shows in four letters. The kind stands in the four bits above. */
const permissionMask = accessMask | modes.shared;
const kindMask = 0xf0;

/** kindBits brought down to stand above the four bits of protection and sharing. */
function indexOf(mode: number): number {
  return (mode & permissionMask) | ((mode >>> 24) & kindMask);
}

export interface SpaceSums {
  readonly byKind: Float64Array;
  writableBytes: number;
  executableBytes: number;
  /** PROT_NONE. */
  reservedBytes: number;
}

export class Totals {
  mappedBytes = 0;
  /** Regions that are the same kernel VMA as the one below them. */
  joined = 0;
  /** Bytes by protection and sharing, and by kind. */
  private byMode = new Float64Array(256);

  /** Adds `bytes` of memory with that mode; negative takes them away. */
  add(mode: number, bytes: number): void {
    this.mappedBytes += bytes;
    this.byMode[indexOf(mode)]! += bytes;
  }

  get writableBytes(): number {
    return this.sum((permissions) => (permissions & modes.write) !== 0);
  }

  get executableBytes(): number {
    return this.sum((permissions) => (permissions & modes.exec) !== 0);
  }

  /** PROT_NONE. */
  get reservedBytes(): number {
    return this.sum((permissions) => (permissions & accessMask) === 0);
  }

  get sharedBytes(): number {
    return this.sum((permissions) => (permissions & modes.shared) !== 0);
  }

  /** Bytes by kind (modes.ts), in 16 rows, and what can be done with them, added to what is there. */
  addTo(sums: SpaceSums): void {
    for (let i = 0; i < 256; i += 1) {
      const bytes = this.byMode[i]!;
      if (bytes === 0) continue;
      sums.byKind[i >>> 4]! += bytes;
      if (i & modes.write) sums.writableBytes += bytes;
      if (i & modes.exec) sums.executableBytes += bytes;
      if ((i & accessMask) === 0) sums.reservedBytes += bytes;
    }
  }

  clone(): Totals {
    const copy = new Totals();
    copy.mappedBytes = this.mappedBytes;
    copy.joined = this.joined;
    copy.byMode = this.byMode.slice();
    return copy;
  }

  private sum(isMeant: (permissions: number) => boolean): number {
    return this.byMode.reduce((sum, bytes, i) => (isMeant(i) ? sum + bytes : sum), 0);
  }
}

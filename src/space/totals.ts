/** Running sums over the regions of a space, kept with each change and never recounted. */
import { accessMask, modes } from "./modes.ts";

export class Totals {
  mappedBytes = 0;
  writableBytes = 0;
  executableBytes = 0;
  /** PROT_NONE. */
  reservedBytes = 0;
  sharedBytes = 0;
  /** Regions that are the same kernel VMA as the one below them. */
  joined = 0;

  /** Adds `bytes` of memory with that mode; negative takes them away. */
  add(mode: number, bytes: number): void {
    this.mappedBytes += bytes;
    if (mode & modes.write) this.writableBytes += bytes;
    if (mode & modes.exec) this.executableBytes += bytes;
    if ((mode & accessMask) === 0) this.reservedBytes += bytes;
    if (mode & modes.shared) this.sharedBytes += bytes;
  }

  clone(): Totals {
    return Object.assign(new Totals(), this);
  }
}

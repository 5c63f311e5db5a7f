/** Running sums over the regions of a space, kept with each change and never recounted. */
import { accessMask, modes } from "./modes.ts";

/** Protection and sharing: what maps shows in four letters. */
const permissionMask = accessMask | modes.shared;

export class Totals {
  mappedBytes = 0;
  /** Regions that are the same kernel VMA as the one below them. */
  joined = 0;
  /** Bytes by the four bits of protection and sharing. */
  private byPermission = new Float64Array(permissionMask + 1);

  /** Adds `bytes` of memory with that mode; negative takes them away. */
  add(mode: number, bytes: number): void {
    this.mappedBytes += bytes;
    this.byPermission[mode & permissionMask]! += bytes;
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

  clone(): Totals {
    const copy = new Totals();
    copy.mappedBytes = this.mappedBytes;
    copy.joined = this.joined;
    copy.byPermission = this.byPermission.slice();
    return copy;
  }

  private sum(isMeant: (permissions: number) => boolean): number {
    return this.byPermission.reduce((sum, bytes, i) => (isMeant(i) ? sum + bytes : sum), 0);
  }
}

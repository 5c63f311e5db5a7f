/** Random memory calls, valid and invalid, around what is mapped in the arena. */
import { memoryCalls } from "../../src/events/kinds.ts";
import type { AddressSpace } from "../../src/space/space.ts";
import { type KernelHello, type KernelOp, touchOp } from "./kernel-worker.ts";

const page = 4096;
/** Pages at the arena's top that addresses are drawn from: few, so that calls meet. */
const zonePages = 96;

/** A small generator with a period of 2^32: mulberry32. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class OpGenerator {
  private readonly random: () => number;
  private readonly hello: KernelHello;
  private readonly space: AddressSpace;
  private readonly touches: boolean;

  constructor(random: () => number, hello: KernelHello, space: AddressSpace, touches: boolean) {
    this.random = random;
    this.hello = hello;
    this.space = space;
    this.touches = touches;
  }

  next(): KernelOp {
    const r = this.random();
    if (this.touches && r < 0.06) return this.touch();
    if (this.touches && r < 0.09 && this.hello.shmId >= 0) return this.segment();
    if (r < 0.38) return this.mmap();
    if (r < 0.5) return this.munmap();
    if (r < 0.76) return this.mremap();
    if (r < 0.88) return this.mprotect();
    if (r < 0.97) return this.madvise();
    return this.remapFilePages();
  }

  private below(n: number): number {
    return Math.floor(this.random() * n);
  }

  private chance(p: number): boolean {
    return this.random() < p;
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** A page in the zone, or the edge of something mapped. */
  private address(): number {
    const { arenaEnd } = this.hello;
    const zoned = arenaEnd - (1 + this.below(zonePages)) * page;
    if (this.chance(0.5)) return zoned;
    const { map } = this.space;
    // Most of what lives is in the zone; what the kernel chose to put below it must end too.
    const row = this.chance(0.2) ? map.first() : map.find(zoned);
    if (row < 0 || map.start >= arenaEnd) return zoned;
    const start = map.start;
    const end = map.columns.end[row]!;
    const pages = (end - start) / page;
    const address = this.pick([start, start, end, start + this.below(pages) * page, start - page]);
    return address >= arenaEnd ? zoned : address;
  }

  /** As anyAddress, but never 0: who may map the lowest page hangs on privileges. */
  private target(): number {
    return this.anyAddress() || 2 ** 47;
  }

  private anyAddress(): number {
    if (this.chance(0.96)) return this.address();
    const near = this.address();
    return this.pick([
      near + 1,
      near + 2048,
      near + page - 1,
      0,
      0x7fff_ffff_f000,
      2 ** 47,
      2 ** 52,
      -page,
      -1,
    ]);
  }

  /** Bytes from `address` on that end in the arena, at times not whole pages, at times beyond reason. */
  private length(address: number, most = 12): number {
    if (this.chance(0.03)) {
      return this.pick([0, 2 ** 47, 2 ** 48, 2 ** 52, -1, -page, -page + 1, -2 * page, -(2 ** 62)]);
    }
    const { arenaStart, arenaEnd } = this.hello;
    const inside = address >= arenaStart && address < arenaEnd;
    const room = inside ? Math.floor((arenaEnd - address) / page) : most;
    const pages = Math.max(1, Math.min(room, 1 + this.below(most)));
    return this.chance(0.1) ? pages * page - this.below(page) : pages * page;
  }

  /** To the end of what is mapped there, which is what programs mostly name. */
  private mappedLength(address: number): number {
    const { map } = this.space;
    const row = map.find(address);
    if (row < 0 || map.start > address || this.chance(0.3)) return this.length(address);
    const end = map.columns.end[row]!;
    return end > this.hello.arenaEnd ? this.length(address) : end - address;
  }

  /** For calls that go on behind a hole: what lies above the arena must stay as it is. */
  private lengthInArena(address: number): number {
    const length = this.mappedLength(address);
    if (address < this.hello.arenaStart) return Math.min(Math.abs(length), page);
    return Math.abs(length) > 2 ** 46 ? -2 * page : length;
  }

  private prot(): number {
    if (this.chance(0.6)) return this.pick([0, 1, 3, 3, 3]);
    return this.below(8);
  }

  private mmap(): KernelOp {
    const fixed = this.chance(0.55);
    const address = fixed ? this.target() : this.chance(0.5) ? 0 : this.anyAddress();
    let flags = this.chance(0.96) ? this.pick([1, 1, 2, 2, 2]) : this.pick([0, 3, 3, 4, 5, 15]);
    const anonymous = this.chance(0.6);
    if (anonymous) flags |= 0x20;
    if (fixed) flags |= this.chance(0.15) ? 0x100000 : 0x10;
    if (fixed && this.chance(0.03)) flags |= 0x100010;
    if (this.chance(0.1)) flags |= 0x4000;
    if (this.chance(0.06)) flags |= 0x20000;
    if (this.chance(0.04)) flags |= this.pick([0x800, 0x1000, 0x10000, 0x80000, 0x200000]);
    if (this.touches && this.chance(0.08)) flags |= this.pick([0x8000, 0x2000]);
    const fds = this.hello.fds;
    const fd = this.chance(0.75) ? this.pick([fds[0]!, fds[5]!]) : this.pick(fds);
    const offset = this.chance(0.97)
      ? this.below(24) * page
      : this.pick([1, 2048, -page, 2 ** 52, -(2 ** 62)]);
    const prot = this.chance(0.98) ? this.prot() : this.pick([8, 11, 0x10, 0x80]);
    return {
      kind: memoryCalls.mmap,
      args: [address, this.length(address, 10), prot, flags, anonymous ? -1 : fd, offset],
    };
  }

  private munmap(): KernelOp {
    const address = this.anyAddress();
    return { kind: memoryCalls.munmap, args: [address, this.mappedLength(address)] };
  }

  private mremap(): KernelOp {
    const address = this.anyAddress();
    const oldLength = this.chance(0.06) ? 0 : this.mappedLength(address);
    const same = this.chance(0.35);
    const newLength = same && oldLength !== 0 ? oldLength : this.length(this.hello.arenaStart, 16);
    let flags = this.pick([0, 1, 1, 1, 1, 3, 3, 3, 3, 3, 5, 7]);
    if (this.chance(0.04)) flags = this.pick([2, 4, 6, 8, 9, 16, -1]);
    let newAddress = flags & 6 || this.chance(0.1) ? this.target() : 0;
    // What lies above the arena is the kernel's and must stay.
    const { arenaEnd } = this.hello;
    const reach = newAddress + Math.ceil(newLength / page) * page;
    if (newAddress < arenaEnd && reach > arenaEnd && newLength < arenaEnd) {
      newAddress -= reach - arenaEnd;
    }
    return {
      kind: memoryCalls.mremap,
      args: [
        address,
        oldLength,
        newLength,
        flags,
        this.chance(0.3) && !(flags & 2) ? 0 : newAddress,
      ],
    };
  }

  private mprotect(): KernelOp {
    const address = this.anyAddress();
    const prot = this.chance(0.97)
      ? this.prot()
      : this.pick([8, 9, 0x10, -1, 0x0200_0001, 0x0300_0001]);
    const args = [address, this.lengthInArena(address), prot];
    if (this.chance(0.9)) return { kind: memoryCalls.mprotect, args };
    return { kind: memoryCalls.pkey_mprotect, args: [...args, this.pick([-1, -1, 0, 0, 1, 16])] };
  }

  private madvise(): KernelOp {
    const address = this.anyAddress();
    const plain = [0, 1, 2, 3, 4, 8, 10, 10, 11, 12, 13, 14, 15, 16, 17, 18, 18, 19, 20, 21];
    const rare = [5, 6, 7, 9, 26, 99, 1000, 22, 23, 24, 102, 103];
    const advice = this.touches && this.chance(0.3) ? this.pick(rare) : this.pick(plain);
    return { kind: memoryCalls.madvise, args: [address, this.lengthInArena(address), advice] };
  }

  private remapFilePages(): KernelOp {
    const address = this.chance(0.95) ? this.address() : this.anyAddress();
    const prot = this.chance(0.95) ? 0 : 3;
    return {
      kind: memoryCalls.remap_file_pages,
      args: [address, this.mappedLength(address), prot, this.below(32), 0],
    };
  }

  private segment(): KernelOp {
    if (this.chance(0.4)) return { kind: memoryCalls.shmdt, args: [this.anyAddress()] };
    const flags = this.pick([0, 0, 0o10000, 0o100000, 0o20000]) | (this.chance(0.4) ? 0o40000 : 0);
    const room = this.hello.arenaEnd - 8 * page;
    const address = this.chance(0.3) ? 0 : Math.min(room, this.address());
    return { kind: memoryCalls.shmat, args: [this.hello.shmId, address, flags] };
  }

  private touch(): KernelOp {
    const address = this.address();
    return { kind: touchOp, args: [address, address + (1 + this.below(8)) * page] };
  }
}

/** The model beside the live kernel: applies the same calls and says where the two differ. */
import { createBatch, eventFlags } from "../../src/events/batch.ts";
import { kindOf, memoryCalls } from "../../src/events/kinds.ts";
import type { DescriptorFacts } from "../../src/space/calls/predict-mmap.ts";
import { predict } from "../../src/space/predict.ts";
import { hasOffset, kindBits, kindOfMode, kinds, modes } from "../../src/space/regions/modes.ts";
import { Totals } from "../../src/space/regions/totals.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { place } from "../../src/space/state/edits.ts";
import { FileTable } from "../../src/space/state/files.ts";
import type { LineageListener } from "../../src/space/state/lineage.ts";
import type { KernelAnswer, KernelHello, KernelOp, KernelVma } from "./kernel-worker.ts";
import { touchOp } from "./kernel-worker.ts";
import { lostInCheckpoint } from "./reloaded.ts";

const anonymousFlag = 0x20;
const segmentBytes = 8 * 4096;

/** What mmap may do with the worker's file number `n`, from 0. */
export function descriptorFacts(n: number): DescriptorFacts {
  const isPipe = n === 4;
  return {
    readable: n !== 2,
    writable: n !== 1 && !isPipe,
    mappable: !isPipe,
    noExec: isPipe,
    sealed: n === 3,
  };
}

export class KernelModel {
  readonly space: AddressSpace;
  private readonly hello: KernelHello;
  private readonly batch = createBatch(1);
  private readonly inodes = new Map<number, number>();
  /** No page was touched, so that VMAs merge by what calls tell, and answers can be foretold. */
  private exact: boolean;
  steps = 0;
  foretold = 0;

  constructor(hello: KernelHello, lineage?: LineageListener) {
    this.hello = hello;
    // What older kernels answer was never held against the model: there, answers are only believed.
    this.exact = hello.features.moveSeveral;
    const files = new FileTable((id) => ({
      dev: hello.dev,
      inode: BigInt(hello.inodes[id - 1] ?? 0),
      path: `/memfd:${id}`,
      // The sealed one counts as well: a mapping of it can never be made writable.
      readOnly: id === 2 || id === 4,
    }));
    this.space = new AddressSpace({
      files,
      features: hello.features,
      ...(lineage && { lineage }),
    });
    // [vvar] and [vdso] lie directly above.
    const special = kindBits(kinds.special) | modes.read | modes.fixedSize;
    place(this.space, hello.arenaEnd, hello.arenaEnd + 65536, special >>> 0, 0, 0, "found");
  }

  /** Whether VMA boundaries and answers are compared as well. */
  get isExact(): boolean {
    return this.exact;
  }

  /** Takes one call and the kernel's answer; what differs as a sentence, or undefined. */
  step(op: KernelOp, answer: KernelAnswer): string | undefined {
    this.steps += 1;
    if (op.kind === touchOp) {
      this.exact = false;
      return this.compare(answer.vmas);
    }
    if (loosens(op)) this.exact = false;
    if (this.exact) {
      const expected = predict(this.space, op.kind, op.args, {
        descriptor: (fd) => this.descriptor(fd),
      });
      if (expected !== undefined) {
        this.foretold += 1;
        if (expected !== answer.result) {
          return `${describe(op)} gave ${show(answer.result)}, foretold was ${show(expected)}`;
        }
      }
    }
    const before = this.space.reports.contradictions;
    this.fill(op, answer.result);
    this.space.apply(this.batch, 0, this.steps);
    if (this.space.reports.contradictions > before) {
      return `${describe(op)} = ${show(answer.result)} contradicts the space`;
    }
    const difference = this.compare(answer.vmas);
    return difference && `${describe(op)} = ${show(answer.result)}: ${difference}`;
  }

  /** A forked child's arena against what the model gives a child. */
  compareChild(vmas: readonly KernelVma[]): string | undefined {
    const child = this.space.fork(this.steps);
    const wrong = recount(child) ?? this.compareBytes(vmas, child);
    return wrong ?? (this.exact ? this.compareVmas(vmas, child) : undefined);
  }

  private descriptor(fd: number) {
    const n = this.hello.fds.indexOf(fd);
    if (n < 0 || fd < 0) return undefined;
    return descriptorFacts(n);
  }

  private fill(op: KernelOp, result: number): void {
    const { batch } = this;
    batch.kind[0] = op.kind;
    batch.result[0] = result;
    batch.flags[0] = 0;
    batch.file[0] = 0;
    for (let n = 0; n < 6; n += 1) batch.args[n]![0] = op.args[n] ?? 0;
    if (op.kind === memoryCalls.mmap && ((op.args[3] ?? 0) & anonymousFlag) === 0) {
      batch.file[0] = this.hello.fds.indexOf(op.args[4] ?? -1) + 1;
    }
    if (op.kind === memoryCalls.shmat) {
      batch.flags[0] = eventFlags.shmSize;
      batch.args[3]![0] = segmentBytes;
      batch.args[4]![0] = op.args[0] ?? 0;
    }
  }

  private compare(vmas: readonly KernelVma[]): string | undefined {
    const { regionCount, mergedCount } = this.space;
    // One region is what lies above the arena.
    if (vmas.length > regionCount - 1) {
      return `the kernel has ${vmas.length} VMAs, never merged are ${regionCount - 1}`;
    }
    if (vmas.length < mergedCount - 1) {
      return `the kernel has ${vmas.length} VMAs, merged are ${mergedCount - 1}`;
    }
    if (this.steps % 61 === 0) {
      const wrong = recount(this.space) ?? lostInCheckpoint(this.space);
      if (wrong !== undefined) return wrong;
    }
    return this.exact ? this.compareVmas(vmas, this.space) : this.compareBytes(vmas, this.space);
  }

  /** VMA by VMA. */
  private compareVmas(vmas: readonly KernelVma[], space: AddressSpace): string | undefined {
    const { map } = space;
    const { columns } = map;
    let row = map.first();
    for (const vma of vmas) {
      if (row < 0) return `the kernel also has ${range(vma)}`;
      const start = map.start;
      if (start !== vma.start) return `VMA begins at ${hex(start)}, the kernel's is ${range(vma)}`;
      const wrong = this.disagreement(space, row, start, vma);
      if (wrong !== undefined) return wrong;
      let end = columns.end[row]!;
      for (row = map.next(); row >= 0 && columns.mode[row]! & modes.joined; row = map.next()) {
        end = columns.end[row]!;
      }
      if (end !== vma.end) return `VMA at ${hex(start)} ends at ${hex(end)}, not ${range(vma)}`;
    }
    if (row < 0 || map.start !== this.hello.arenaEnd) {
      return `the kernel has nothing at ${hex(row < 0 ? 0 : map.start)}`;
    }
    return undefined;
  }

  /** Byte by byte, however memory is cut into VMAs. */
  private compareBytes(vmas: readonly KernelVma[], space: AddressSpace): string | undefined {
    const { map } = space;
    const { columns } = map;
    let row = map.first();
    let n = 0;
    let at = 0;
    for (;;) {
      const vma = vmas[n];
      const hasRow = row >= 0 && map.start < this.hello.arenaEnd;
      if (vma === undefined && !hasRow) return undefined;
      if (vma === undefined) return `the kernel has nothing at ${hex(map.start)}`;
      if (!hasRow) return `the kernel also has ${range(vma)}`;
      const start = Math.max(map.start, at);
      const other = Math.max(vma.start, at);
      if (start !== other) return `${hex(start)} is mapped, the kernel has ${range(vma)}`;
      const wrong = this.disagreement(space, row, start, vma);
      if (wrong !== undefined) return wrong;
      const end = columns.end[row]!;
      at = Math.min(end, vma.end);
      if (end === at) row = map.next();
      if (vma.end === at) n += 1;
    }
  }

  private disagreement(
    space: AddressSpace,
    row: number,
    at: number,
    vma: KernelVma,
  ): string | undefined {
    const { columns } = space.map;
    const mode = columns.mode[row]!;
    if ((mode & 15) !== vma.permissions) {
      return `permissions ${mode & 15} at ${hex(at)}, the kernel's are ${vma.permissions}`;
    }
    const kind = kindOfMode(mode);
    if (kind === kinds.anonymous) {
      return vma.inode === 0 ? undefined : `anonymous at ${hex(at)}, inode ${vma.inode}`;
    }
    const backing = columns.backing[row]!;
    const inode = this.inodeOf(kind, backing, vma.inode);
    if (inode !== vma.inode) return `inode ${inode} at ${hex(at)}, the kernel's is ${vma.inode}`;
    const offset = columns.offset[row]! + at - space.map.start;
    if (hasOffset(mode) && offset !== vma.offset + at - vma.start) {
      return `offset ${hex(offset)} at ${hex(at)}, the kernel has ${range(vma)}`;
    }
    return undefined;
  }

  private inodeOf(kind: number, backing: number, actual: number): number {
    if (kind === kinds.file) return Number(this.space.files.get(backing)?.inode ?? -1);
    if (kind === kinds.sysv) return backing - 1;
    const known = this.inodes.get(backing);
    if (known === undefined) this.inodes.set(backing, actual);
    return known ?? actual;
  }
}

/** Calls that touch pages, or whose merging hangs on more than flags. */
function loosens(op: KernelOp): boolean {
  if (op.kind === memoryCalls.shmat || op.kind === memoryCalls.shmdt) return true;
  if (op.kind === memoryCalls.madvise) return [22, 23, 25, 102, 103].includes(op.args[2] ?? 0);
  return op.kind === memoryCalls.mmap && ((op.args[3] ?? 0) & 0xa000) !== 0;
}

/** The running sums against sums made from the regions. */
export function recount(space: AddressSpace): string | undefined {
  const sums = new Totals();
  for (const { start, end, mode } of space.regionsIn(0, Number.POSITIVE_INFINITY)) {
    sums.add(mode, end - start);
    if (mode & modes.joined) sums.joined += 1;
  }
  const [kept, counted] = [JSON.stringify(space.totals), JSON.stringify(sums)];
  return kept === counted ? undefined : `the sums are ${kept}, counted are ${counted}`;
}

export function hex(value: number): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function show(result: number): string {
  return result < 0 ? String(result) : hex(result);
}

function range(vma: KernelVma): string {
  const { start, end, offset, permissions, inode } = vma;
  return `${hex(start)}-${hex(end)} ${permissions} ${hex(offset)} inode ${inode}`;
}

export function describe(op: KernelOp): string {
  return `${kindOf(op.kind) ?? op.kind}(${op.args.map(hex).join(", ")})`;
}

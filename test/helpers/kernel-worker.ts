/** Builds, starts and speaks with kernel-worker.c, which executes memory calls on the live kernel. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryCalls } from "../../src/events/kinds.ts";
import { defaultFeatures, type KernelFeatures } from "../../src/space/state/features.ts";

const opBytes = 56;
const answerBytes = 24;
const vmaBytes = 40;
const helloBytes = 32 + 8 * 8 + 8 * 4 + 8 * 4;

/** Numbers of the system calls by the event's kind. */
const numbers: Record<string, Record<number, number>> = {
  x64: {
    [memoryCalls.mmap]: 9,
    [memoryCalls.mprotect]: 10,
    [memoryCalls.munmap]: 11,
    [memoryCalls.brk]: 12,
    [memoryCalls.mremap]: 25,
    [memoryCalls.madvise]: 28,
    [memoryCalls.shmat]: 30,
    [memoryCalls.shmdt]: 67,
    [memoryCalls.remap_file_pages]: 216,
    [memoryCalls.pkey_mprotect]: 329,
    [memoryCalls.io_setup]: 206,
    [memoryCalls.io_destroy]: 207,
  },
  arm64: {
    [memoryCalls.mmap]: 222,
    [memoryCalls.mprotect]: 226,
    [memoryCalls.munmap]: 215,
    [memoryCalls.brk]: 214,
    [memoryCalls.mremap]: 216,
    [memoryCalls.madvise]: 233,
    [memoryCalls.shmat]: 196,
    [memoryCalls.shmdt]: 197,
    [memoryCalls.remap_file_pages]: 234,
    [memoryCalls.pkey_mprotect]: 288,
    [memoryCalls.io_setup]: 0,
    [memoryCalls.io_destroy]: 1,
  },
};

/** Writes to the pages of [args[0], args[1]), so that they exist. */
export const touchOp = -1;
/** Unmaps the whole arena. */
export const clearOp = -2;

/** Answers with the arena of a forked child. */
export const forkOp = -3;

/** What the worker is to do, by the kind of the call. */
const workerKinds: Record<number, number> = { [touchOp]: 1, [clearOp]: 2, [forkOp]: 3 };

export interface KernelOp {
  /** kindCodes, touchOp, clearOp or forkOp. */
  readonly kind: number;
  readonly args: readonly number[];
}

export interface KernelVma {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly inode: number;
  /** r 1, w 2, x 4, s 8, as in modes.ts. */
  readonly permissions: number;
  readonly dev: number;
}

export interface KernelAnswer {
  /** -errno, 0 or an address. */
  readonly result: number;
  /** The arena after the call; the same array as before when nothing changed. */
  readonly vmas: readonly KernelVma[];
}

export interface KernelHello {
  readonly arenaStart: number;
  readonly arenaEnd: number;
  /** Read-write, read only, write only, sealed against writing, a pipe, read-write. */
  readonly fds: readonly number[];
  readonly inodes: readonly number[];
  readonly dev: number;
  /** A segment of eight pages, or -1. */
  readonly shmId: number;
  readonly features: KernelFeatures;
}

export class KernelWorker {
  readonly hello: KernelHello;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly directory: string;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private wake: (() => void) | undefined;
  private ended: string | undefined;
  private vmas: readonly KernelVma[] = [];

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<KernelWorker> {
    const directory = mkdtempSync(join(tmpdir(), "kernel-worker-"));
    const program = join(directory, "worker");
    // Found from the project's root, for the tests run as they are and the script runs compiled.
    const source = join(process.cwd(), "test/helpers/kernel-worker.c");
    execFileSync("cc", ["-O2", "-static", "-Wall", "-Wextra", "-o", program, source]);
    const child = spawn(program, [], { env: { ...process.env, ...environment } });
    const worker = new KernelWorker(child, directory);
    await worker.greet();
    return worker;
  }

  private constructor(child: ChildProcessWithoutNullStreams, directory: string) {
    this.child = child;
    this.directory = directory;
    this.hello = undefined as never;
    child.stdout.on("data", (chunk: Buffer) => {
      this.pending.push(chunk);
      this.pendingBytes += chunk.length;
      this.wake?.();
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.stdin.on("error", () => this.wake?.());
    child.on("close", (code, signal) => {
      this.ended = `the worker ended (${signal ?? code}): ${errors}`;
      this.wake?.();
    });
  }

  /** Executes the calls in order. */
  async run(ops: readonly KernelOp[]): Promise<KernelAnswer[]> {
    const message = Buffer.alloc(4 + ops.length * opBytes);
    message.writeUInt32LE(ops.length, 0);
    ops.forEach((op, i) => {
      encodeOp(op, message, 4 + i * opBytes);
    });
    this.child.stdin.write(message);
    const answers: KernelAnswer[] = [];
    for (let i = 0; i < ops.length; i += 1) {
      const head = await this.take(answerBytes);
      const result = Number(head.readBigInt64LE(0));
      const low = head.readUInt32LE(8);
      const high = head.readUInt32LE(12);
      const changed = head.readUInt32LE(16);
      const total = head.readUInt32LE(20);
      const own = this.vmas;
      if (changed > 0 || total !== this.vmas.length) {
        const body = await this.take(changed * vmaBytes);
        const before = this.vmas;
        const now = before.slice(0, low);
        for (let n = 0; n < changed; n += 1) now.push(decodeVma(body, n * vmaBytes));
        for (let n = before.length - high; n < before.length; n += 1) now.push(before[n]!);
        this.vmas = now;
      }
      answers.push({ result, vmas: this.vmas });
      if (ops[i]!.kind === forkOp) this.vmas = own;
    }
    return answers;
  }

  /** For reading /proc/PID/maps. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  stop(): void {
    this.child.kill("SIGKILL");
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async greet(): Promise<void> {
    const b = await this.take(helloBytes);
    const words = (at: number, count: number) =>
      Array.from({ length: count }, (_, i) => Number(b.readBigUInt64LE(at + 8 * i)));
    const [, arenaStart = 0, arenaEnd = 0, pageBytes = 0] = words(0, 4);
    const rest = 32 + 64 + 32;
    const flag = (n: number) => b.readUInt32LE(rest + 4 * n) !== 0;
    (this as { hello: KernelHello }).hello = {
      arenaStart,
      arenaEnd,
      inodes: words(32, 8),
      fds: Array.from({ length: 8 }, (_, i) => b.readInt32LE(96 + 4 * i)),
      dev: b.readUInt32LE(rest),
      shmId: b.readInt32LE(rest + 4),
      features: {
        ...defaultFeatures,
        pageBytes,
        pkeys: flag(3),
        moveSeveral: flag(4),
        stackNoHuge: flag(5),
        uncharge: flag(6),
        placeBelow: arenaEnd,
      },
    };
  }

  /** The next bytes of the worker's output, at once where they are there. */
  private async take(bytes: number): Promise<Buffer> {
    while (this.pendingBytes < bytes) {
      if (this.ended !== undefined) throw new Error(this.ended);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.pending.length > 1 && this.pending[0]!.length < bytes) {
      this.pending = [Buffer.concat(this.pending)];
    }
    const first = this.pending[0] ?? Buffer.alloc(0);
    this.pendingBytes -= bytes;
    if (first.length === bytes) this.pending.shift();
    else this.pending[0] = first.subarray(bytes);
    return first.subarray(0, bytes);
  }
}

function writeRegister(to: Buffer, value: number, at: number): void {
  if (Number.isSafeInteger(value) && value >= 0) {
    to.writeUInt32LE(value % 2 ** 32, at);
    to.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
  } else to.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), at);
}

function encodeOp(op: KernelOp, to: Buffer, at: number): void {
  to.writeUInt32LE(workerKinds[op.kind] ?? 0, at);
  to.writeInt32LE(op.kind < 0 ? 0 : (numbers[process.arch]?.[op.kind] ?? -1), at + 4);
  for (let n = 0; n < 6; n += 1) writeRegister(to, op.args[n] ?? 0, at + 8 + 8 * n);
}

function readRegister(from: Buffer, at: number): number {
  return from.readUInt32LE(at) + from.readUInt32LE(at + 4) * 2 ** 32;
}

function decodeVma(from: Buffer, at: number): KernelVma {
  return {
    start: readRegister(from, at),
    end: readRegister(from, at + 8),
    offset: readRegister(from, at + 16),
    inode: readRegister(from, at + 24),
    permissions: from.readUInt32LE(at + 32),
    dev: from.readUInt32LE(at + 36),
  };
}

/** Calls that change this process's own mappings, and reads and writes of its memory that cannot crash it. */
import { closeSync, readSync, writeSync } from "node:fs";
import koffi from "koffi";

const libc = koffi.load("libc.so.6");
/** syscall(2) takes its arguments in registers, so a fixed list of six is the same call. */
const nativeSyscall = libc.func(
  "int64_t syscall(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t)",
);
const nativePipe = libc.func("int pipe2(_Out_ int *, int)");
const nativeUsage = libc.func("int getrusage(int, void *)");
const nativeFill = libc.func("void *memset(void *, int, size_t)");
const nativeCopy = libc.func("void *memcpy(void *, void *, size_t)");

/** Numbers of x86-64, arch/x86/entry/syscalls/syscall_64.tbl. */
const numbers = {
  read: 0,
  write: 1,
  mmap: 9,
  mprotect: 10,
  munmap: 11,
  mremap: 25,
  msync: 26,
  madvise: 28,
  prctl: 157,
} as const;

const closeOnExec = 0o2000000;
const syncLater = 1; // MS_ASYNC, which changes nothing and fails with ENOMEM where nothing is mapped
const ofThisThread = 1; // RUSAGE_THREAD
const usageBytes = 144;
const minorFaultsAt = 64; // ru_minflt behind two timevals and four longs

function call(name: keyof typeof numbers, ...args: number[]): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
  const result = Number(nativeSyscall(numbers[name], a, b, c, d, e, f));
  return result === -1 ? -koffi.errno() : result;
}

/** mmap(2) of anonymous memory. Each call returns the kernel's result: an address or 0, or -errno. */
export function mapAnonymous(at: number, lengthBytes: number, prot: number, flags: number): number {
  return call("mmap", at, lengthBytes, prot, flags, -1, 0);
}

export function unmap(at: number, lengthBytes: number): number {
  return call("munmap", at, lengthBytes);
}

export function protect(at: number, lengthBytes: number, prot: number): number {
  return call("mprotect", at, lengthBytes, prot);
}

/** `to` counts where `flags` has MREMAP_FIXED. */
export function remap(
  at: number,
  oldBytes: number,
  newBytes: number,
  flags: number,
  to = 0,
): number {
  return call("mremap", at, oldBytes, newBytes, flags, to);
}

export function advise(at: number, lengthBytes: number, advice: number): number {
  return call("madvise", at, lengthBytes, advice);
}

export function control(option: number, value: number): number {
  return call("prctl", option, value);
}

/** Whether the page at `at`, which must be aligned, belongs to a mapping; nothing is touched. */
export function isMapped(at: number, pageBytes: number): boolean {
  return call("msync", at, pageBytes, syncLater) === 0;
}

/** Minor page faults of this thread, getrusage(2). */
export function minorFaults(): number {
  const usage = Buffer.alloc(usageBytes);
  return nativeUsage(ofThisThread, usage) === 0 ? Number(usage.readBigInt64LE(minorFaultsAt)) : 0;
}

/** Writes `value` into every byte, as memset(3): a page that cannot be written ends this process. */
export function fill(at: number, value: number, lengthBytes: number): void {
  nativeFill(BigInt(at), value, lengthBytes);
}

/** memcpy(3), as unforgiving as `fill`. */
export function copy(to: number, from: number, lengthBytes: number): void {
  nativeCopy(BigInt(to), BigInt(from), lengthBytes);
}

/** Reads one byte as a program does: where that is not allowed, SIGSEGV ends this process. */
export function touch(at: number): number {
  return new Uint8Array(koffi.view(BigInt(at), 1) as ArrayBuffer)[0] ?? 0;
}

/**
 * Reads and writes single bytes of this process's memory through a pipe: the kernel accesses
 * them and returns EFAULT where an access would end a program with SIGSEGV.
 */
export class Peephole {
  readonly #readEnd: number;
  readonly #writeEnd: number;
  readonly #byte = Buffer.alloc(1);

  /** Throws an Error with the errno when there is no pipe to be had. */
  constructor() {
    const ends = [0, 0];
    if (nativePipe(ends, closeOnExec) !== 0) throw new Error(`pipe2: errno ${koffi.errno()}`);
    this.#readEnd = ends[0] ?? 0;
    this.#writeEnd = ends[1] ?? 0;
  }

  /** The byte at `at`, or undefined where reading it would fault. */
  peek(at: number): number | undefined {
    if (call("write", this.#writeEnd, at, 1) !== 1) return undefined;
    readSync(this.#readEnd, this.#byte, 0, 1, null);
    return this.#byte[0];
  }

  /** Writes a byte; false where that would fault, and nothing is changed then. */
  poke(at: number, value: number): boolean {
    this.#byte[0] = value;
    writeSync(this.#writeEnd, this.#byte, 0, 1, null);
    if (call("read", this.#readEnd, at, 1) === 1) return true;
    readSync(this.#readEnd, this.#byte, 0, 1, null); // the byte is still in the pipe
    return false;
  }

  close(): void {
    closeSync(this.#readEnd);
    closeSync(this.#writeEnd);
  }
}

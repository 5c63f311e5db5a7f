/** The few libc functions that Node does not offer, through koffi; nothing else in the project loads koffi. */
import koffi from "koffi";
import { mapFlags, prot } from "../events/flags.ts";

const libc = koffi.load("libc.so.6");

const nativeMmap = libc.func("void *mmap(void *, size_t, int, int, int, int64_t)");
const nativeMunmap = libc.func("int munmap(void *, size_t)");
const nativeFallocate = libc.func("int fallocate(int, int, int64_t, int64_t)");

const mapFailed = 18446744073709551615n;
const fallocateKeepSize = 1;
const fallocatePunchHole = 2;

/** errno names that callers distinguish. */
export type Errno = "ENOSPC" | "EOPNOTSUPP" | "EINTR" | "EFBIG" | `errno ${number}`;

function lastErrno(): Errno {
  const code = koffi.errno();
  const { ENOSPC, EOPNOTSUPP, EINTR, EFBIG } = koffi.os.errno as Record<string, number>;
  if (code === ENOSPC) return "ENOSPC";
  if (code === EOPNOTSUPP) return "EOPNOTSUPP";
  if (code === EINTR) return "EINTR";
  if (code === EFBIG) return "EFBIG";
  return `errno ${code}`;
}

/** Allocates disk space for bytes [from, to) of a file and extends it to `to`, fallocate(2). */
export function allocate(fd: number, from: number, to: number): Errno | undefined {
  return nativeFallocate(fd, 0, from, to - from) === 0 ? undefined : lastErrno();
}

/** Frees the disk space of bytes [from, to), which read as zero afterwards, fallocate(2). */
export function punchHole(fd: number, from: number, to: number): Errno | undefined {
  const mode = fallocateKeepSize | fallocatePunchHole;
  return nativeFallocate(fd, mode, from, to - from) === 0 ? undefined : lastErrno();
}

/**
 * A range of a file mapped into memory, shared with other processes that have it mapped.
 *
 * Reading `buffer` after `release` crashes this process, so the owner must not hand out anything
 * that outlives it. At most 1 GiB: Node 20 aborts on views over 4 GiB.
 */
export class MappedFile {
  readonly buffer: ArrayBuffer;
  #address: bigint | undefined;
  readonly #length: number;

  /** Throws an Error with the errno when the kernel refuses. `offset` must be a multiple of the page. */
  constructor(fd: number, offset: number, length: number, protection: "read" | "write") {
    const access = protection === "write" ? prot.read | prot.write : prot.read;
    const address = nativeMmap(null, length, access, mapFlags.shared, fd, offset) as bigint;
    if (address === mapFailed) throw new Error(`mmap of ${length} bytes: ${lastErrno()}`);
    this.#address = address;
    this.#length = length;
    this.buffer = koffi.view(address, length) as ArrayBuffer;
  }

  release(): void {
    if (this.#address === undefined) return;
    nativeMunmap(this.#address, this.#length);
    this.#address = undefined;
  }
}

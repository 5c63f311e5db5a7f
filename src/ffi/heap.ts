/** libc's own allocator, for programs that are recorded while they use it. */
import koffi from "koffi";

const libc = koffi.load("libc.so.6");
const nativeRealloc = libc.func("void *realloc(void *, size_t)");
const nativeFree = libc.func("void free(void *)");

/** realloc(3): `at` 0 asks for a new block. Throws an Error when there is no memory. */
export function reallocate(at: number, lengthBytes: number): number {
  const result = nativeRealloc(at === 0 ? null : BigInt(at), lengthBytes) as bigint | null;
  if (result === null || result === 0n) throw new Error(`realloc of ${lengthBytes} bytes: ENOMEM`);
  return Number(result);
}

export function release(at: number): void {
  nativeFree(BigInt(at));
}

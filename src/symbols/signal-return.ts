/** Finds libc's signal trampoline: the frame below it was interrupted, so its address is not a return address. */

import { segmentTypes } from "./elf.ts";
import { openElf } from "./elf-file.ts";

/** `mov $15,%rax; syscall` (rt_sigreturn, sigreturn(2)), as glibc writes it and as musl does. */
const trampolines = [
  Buffer.from([0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05]),
  Buffer.from([0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05]),
];
const executable = 1;
const mostTextBytes = 1 << 26;

/** ELF virtual addresses of the trampolines in a file; empty when it cannot be read. */
export function signalReturnsIn(path: string): ReadonlySet<number> {
  const found = new Set<number>();
  const file = openElf(path);
  if ("reason" in file) return found;
  for (const { type, flags, offset, address, fileBytes } of file.image.segments) {
    if (type !== segmentTypes.load || (flags & executable) === 0 || fileBytes > mostTextBytes) {
      continue;
    }
    const view = file.source.read(offset, fileBytes);
    if (view === undefined) continue;
    const text = Buffer.from(view.buffer);
    for (const code of trampolines) {
      for (let at = text.indexOf(code); at !== -1; at = text.indexOf(code, at + 1)) {
        found.add(address + at);
      }
    }
  }
  file.close();
  return found;
}

/** Calls of mmap and munmap at the edge of what the kernel accepts. */
import type { MemoryCall } from "../../src/events/kinds.ts";
import type { PlannedCase } from "./kernel-tables.ts";
import { kernelWords } from "./kernel-words.ts";
import type { KernelHello } from "./kernel-worker.ts";

/** Files by descriptor: read only, write only, sealed against writing, a pipe. */
const [readOnly, writeOnly, sealed, pipe] = [1, 2, 3, 4];

export function mapRefusals(hello: KernelHello): PlannedCase[] {
  const { page, at, pages, call, anon, each } = kernelWords(hello);
  const map = (...args: number[]) => call("mmap", ...args);
  const fileMap =
    (id: number, prot: number, flags: number, offset = 0) =>
    () => ({
      call: "mmap" as MemoryCall,
      args: [at(20), pages(2), prot, flags, hello.fds[id]!, offset],
      file: id + 1,
    });
  const taskSize = hello.features.taskSize;

  return [
    ...each("munmap refused", [anon(0, 4)], {
      "one byte off": call("munmap", at(1) + 2048, page),
      "no length": call("munmap", at(1), 0),
      "a length that wraps around to 0": call("munmap", at(1), -1),
      "the length of all that there is": call("munmap", at(1), taskSize),
      "at the end of user space": call("munmap", taskSize, page),
      "nothing, at the end of user space": call("munmap", taskSize, 0),
      "in the kernel's half": call("munmap", -2 * page, page),
      "the last byte of a page": call("munmap", at(1), page + 1),
    }),

    ...each("mmap's numbers", [anon(0, 4)], {
      "an offset within a page, of no file": map(at(8), page, 3, 0x32, -1, 1),
      "no length": map(at(8), 0, 3, 0x32, -1, 0),
      "a length that wraps around": map(at(8), -1, 3, 0x32, -1, 0),
      "a length beyond user space": map(at(8), taskSize + page, 3, 0x22, -1, 0),
      "as long as user space": map(at(8), taskSize, 3, 0x32, -1, 0),
      "one byte": map(at(8), 1, 3, 0x32, -1, 0),
      "one byte more than a page": map(at(8), page + 1, 3, 0x32, -1, 0),
      "MAP_FIXED within a page": map(at(8) + 1, page, 3, 0x32, -1, 0),
      "MAP_FIXED at the end of user space": map(taskSize, page, 3, 0x32, -1, 0),
      "MAP_FIXED across the end of user space": map(taskSize - page, 2 * page, 3, 0x32, -1, 0),
      "MAP_FIXED beyond it, within a page": map(taskSize + 1, page, 3, 0x32, -1, 0),
      "MAP_FIXED in the last page": map(-page, page, 3, 0x32, -1, 0),
      "MAP_FIXED at the largest error number": map(-4095, page, 3, 0x32, -1, 0),
      "MAP_FIXED at an address that reads as an error": map(-12, page, 3, 0x32, -1, 0),
      "NOREPLACE beside what is there": map(at(4), pages(2), 3, 0x10_0022, -1, 0),
      "NOREPLACE over one page": map(at(3), pages(2), 3, 0x10_0022, -1, 0),
      "NOREPLACE below what is there": map(at(-2), pages(2), 3, 0x10_0022, -1, 0),
      "NOREPLACE and MAP_FIXED over one page": map(at(3), pages(2), 3, 0x10_0032, -1, 0),
      "NOREPLACE within a page": map(at(8) + 1, page, 3, 0x10_0022, -1, 0),
      "a hint that is free": map(at(5), pages(2), 3, 0x22, -1, 0),
      "a hint within a page": map(at(5) + 5, pages(2), 3, 0x22, -1, 0),
      "a hint whose end is taken": map(at(-1), pages(2), 3, 0x22, -1, 0),
      "a hint in the kernel's half": map(-2 * page, pages(2), 3, 0x22, -1, 0),
      "no hint": map(0, pages(2), 3, 0x22, -1, 0),
    }),

    ...each("mmap's type and flags", [anon(0, 2)], {
      "neither shared nor private": map(at(2), page, 3, 0x30, -1, 0),
      "MAP_SHARED_VALIDATE of no file": map(at(2), page, 3, 0x33, -1, 0),
      "a type of 4": map(at(2), page, 3, 0x34, -1, 0),
      MAP_DROPPABLE: map(at(2), page, 3, 0x38, -1, 0),
      "a type of 15": map(at(2), page, 3, 0x3f, -1, 0),
      "shared, grows down": map(at(2), page, 3, 0x131, -1, 0),
      "private, grows down": map(at(2), page, 3, 0x132, -1, 0),
      "not reserved": map(at(2), page, 3, 0x4032, -1, 0),
      "not reserved, read only": map(at(2), page, 1, 0x4032, -1, 0),
      "for a stack": map(at(2), page, 3, 0x2_0032, -1, 0),
      "not to be written": map(at(2), page, 3, 0x832, -1, 0),
      executable: map(at(2), page, 3, 0x1032, -1, 0),
      synchronous: map(at(2), page, 3, 0x8_0032, -1, 0),
      "not to block": map(at(2), page, 3, 0x1_0032, -1, 0),
      "a flag that nothing means": map(at(2), page, 3, 0x20_0032, -1, 0),
      "PROT_SEM and bits that nothing means": map(at(2), page, 0xfb, 0x32, -1, 0),
      "PROT_EXEC alone": map(at(2), page, 4, 0x32, -1, 0),
      "no access": map(at(2), page, 0, 0x32, -1, 0),
    }),

    ...each("mmap of a file", [], {
      "a descriptor that is not open": map(at(20), page, 3, 0x12, 999, 0),
      "that is not open, at no length": map(at(20), 0, 3, 0x12, 999, 0),
      "that is not open, within a page": map(at(20), page, 3, 0x12, 999, 1),
      "read-write, shared": fileMap(0, 3, 0x11),
      "read-write, private": fileMap(0, 7, 0x12),
      "read only, shared and written": fileMap(readOnly, 2, 0x11),
      "read only, shared and read": fileMap(readOnly, 5, 0x11),
      "read only, private and written": fileMap(readOnly, 3, 0x12),
      "read only, validated and written": fileMap(readOnly, 3, 0x13),
      "write only, private": fileMap(writeOnly, 1, 0x12),
      "write only, shared and written": fileMap(writeOnly, 2, 0x11),
      "write only, no access": fileMap(writeOnly, 0, 0x12),
      "sealed, shared and written": fileMap(sealed, 3, 0x11),
      "sealed, validated and written": fileMap(sealed, 3, 0x13),
      "sealed, shared and read": fileMap(sealed, 1, 0x11),
      "sealed, private and written": fileMap(sealed, 3, 0x12),
      "a pipe": fileMap(pipe, 1, 0x12),
      "a pipe, executed": fileMap(pipe, 5, 0x12),
      "a pipe, shared and written": fileMap(pipe, 3, 0x11),
      "neither shared nor private": fileMap(0, 3, 0x10),
      "a type of 4": fileMap(0, 3, 0x14),
      "a type of 4, write only": fileMap(writeOnly, 3, 0x14),
      MAP_DROPPABLE: fileMap(0, 3, 0x18),
      "grows down": fileMap(0, 3, 0x112),
      "grows down, write only": fileMap(writeOnly, 3, 0x112),
      "grows down, of a pipe": fileMap(pipe, 1, 0x112),
      "grows down, sealed": fileMap(sealed, 3, 0x111),
      "huge pages": fileMap(0, 3, 0x4_0012),
      "an offset within a page": fileMap(0, 3, 0x12, 2048),
      "the highest offset": fileMap(0, 3, 0x12, 2 ** 62),
      "an offset beyond a file's largest size": fileMap(0, 3, 0x12, -(2 ** 63)),
      "the last page of all": fileMap(0, 3, 0x12, -page),
      "the last page of all, of a pipe": fileMap(pipe, 1, 0x12, -page),
      "the last page but two, of a pipe": fileMap(pipe, 1, 0x12, -3 * page),
      "half of all, of a pipe": fileMap(pipe, 1, 0x12, -(2 ** 63)),
      validated: fileMap(0, 3, 0x13),
      "validated, below 2 GiB": fileMap(0, 3, 0x53),
      "validated, above 4 GiB": fileMap(0, 3, 0x93),
      "validated, grows down": fileMap(0, 3, 0x113),
      "validated, not to be written": fileMap(0, 3, 0x813),
      "validated, executable": fileMap(0, 3, 0x1013),
      "validated, not reserved": fileMap(0, 3, 0x4013),
      "validated, locked": fileMap(0, 3, 0x2013),
      "validated, populated": fileMap(0, 3, 0x8013),
      "validated, not to block": fileMap(0, 3, 0x1_0013),
      "validated, for a stack": fileMap(0, 3, 0x2_0013),
      "validated, synchronous": fileMap(0, 3, 0x8_0013),
      "validated, not to replace": fileMap(0, 3, 0x10_0013),
      "validated, a flag that nothing means": fileMap(0, 3, 0x20_0013),
      "validated, a size of huge pages alone": fileMap(0, 3, 0x5400_0013),
      "shared, a flag that nothing means": fileMap(0, 3, 0x20_0011),
      "shared, synchronous": fileMap(0, 3, 0x8_0011),
    }),
  ];
}

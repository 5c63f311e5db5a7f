/** The calls behind the table tests of the model: each rule of the kernel on a few pages. */
import type { MemoryCall } from "../../src/events/kinds.ts";
import type { PlannedCase } from "./kernel-tables.ts";
import type { KernelHello } from "./kernel-worker.ts";

/** Every rule of the kernel that the model follows, as calls on a few pages. */
export function plannedCases(hello: KernelHello): PlannedCase[] {
  const page = 4096;
  const at = (n: number) => hello.arenaEnd - 512 * page + n * page;
  const pages = (n: number) => n * page;
  const [rw, ro, none] = [3, 1, 0];
  const anonymous = 0x32;
  const call =
    (name: MemoryCall, ...args: number[]) =>
    () => ({ call: name, args });
  const anon = (n: number, count: number, prot = rw) =>
    call("mmap", at(n), pages(count), prot, anonymous, -1, 0);
  const sharedAnon = (n: number, count: number) =>
    call("mmap", at(n), pages(count), rw, 0x31, -1, 0);
  const file =
    (n: number, count: number, offset: number, flags = 0x12, id = 0, prot = rw) =>
    () => ({
      call: "mmap" as const,
      args: [at(n), pages(count), prot, flags, hello.fds[id]!, pages(offset)],
      file: id + 1,
    });
  const munmap = (n: number, count: number) => call("munmap", at(n), pages(count));
  const mremap = (n: number, old: number, now: number, flags: number, to = -512) =>
    call("mremap", at(n), pages(old), pages(now), flags, to === -512 ? 0 : at(to));
  const mprotect = (n: number, count: number, prot: number) =>
    call("mprotect", at(n), pages(count), prot);
  const madvise = (n: number, count: number, advice: number) =>
    call("madvise", at(n), pages(count), advice);
  const of = (rule: string, name: string, ...steps: PlannedCase["steps"]): PlannedCase => ({
    rule,
    name,
    steps,
  });
  return [
    of("munmap", "splits, and the file's offset goes on", file(0, 8, 3), munmap(2, 3)),
    of("munmap", "holes are no error", anon(0, 2), anon(6, 2), munmap(1, 6)),
    of("munmap", "a length rounds up", anon(0, 4), call("munmap", at(1), 1)),
    of("munmap", "zero is refused", anon(0, 4), call("munmap", at(1), 0)),
    of("munmap", "an unaligned start is refused", anon(0, 4), call("munmap", at(1) + 1, page)),
    of("munmap", "nothing there is no error", munmap(0, 4)),
    of("mmap", "MAP_FIXED replaces", anon(0, 8), file(2, 3, 0, 0x11)),
    of(
      "mmap",
      "MAP_FIXED_NOREPLACE refuses an overlap",
      anon(0, 4),
      call("mmap", at(3), pages(2), rw, 0x100022, -1, 0),
    ),
    of(
      "mmap",
      "MAP_FIXED_NOREPLACE on free ground",
      call("mmap", at(3), pages(2), rw, 0x100022, -1, 0),
    ),
    of(
      "mmap",
      "a hint that is taken is not heeded",
      anon(0, 4),
      call("mmap", at(1), pages(2), rw, 0x22, -1, 0),
    ),
    of("mmap", "neighbours alike are one VMA", anon(0, 2), anon(4, 2), anon(2, 2)),
    of("mmap", "a file goes on in its neighbour", file(0, 2, 4), file(2, 2, 6), file(4, 2, 7)),
    of("mmap", "shared objects without a name stay apart", sharedAnon(0, 2), sharedAnon(2, 2)),
    of(
      "mmap",
      "a file that is not open for writing",
      file(0, 2, 0, 0x11, 1),
      file(0, 2, 0, 0x11, 1, ro),
      mprotect(0, 2, rw),
    ),
    of(
      "mremap 1",
      "the same size does nothing, beyond the mapping too",
      anon(0, 2),
      mremap(0, 5, 5, 1),
    ),
    of("mremap 1", "nothing there is a fault", mremap(0, 5, 5, 1)),
    of("mremap 2", "shrinks", anon(0, 6), mremap(0, 6, 2, 0)),
    of(
      "mremap 2",
      "shrinks past the mapping and destroys what lies there",
      anon(0, 2),
      sharedAnon(4, 2),
      anon(8, 2),
      mremap(0, 9, 1, 0),
    ),
    of("mremap 3", "grows in place at the end of its VMA", anon(0, 2), mremap(0, 2, 5, 1)),
    of("mremap 3", "grows from inside", anon(0, 4), mremap(2, 2, 5, 0)),
    of(
      "mremap 3",
      "grows up to its neighbour and becomes one with it",
      anon(0, 2),
      anon(5, 2),
      mremap(0, 2, 5, 0),
    ),
    of("mremap 3", "a file grows in place", file(0, 2, 1, 0x11), mremap(0, 2, 4, 1)),
    of(
      "mremap 4",
      "moves when the gap is too small",
      anon(0, 2),
      sharedAnon(3, 1),
      mremap(0, 2, 5, 1),
    ),
    of(
      "mremap 4",
      "is refused when it may not move",
      anon(0, 2),
      sharedAnon(3, 1),
      mremap(0, 2, 5, 0),
    ),
    of("mremap 4", "the head moves and leaves its tail", anon(0, 6), mremap(0, 2, 4, 1)),
    of("mremap 4", "over the end of its VMA is a fault", anon(0, 2), mremap(0, 3, 5, 1)),
    of(
      "mremap 5",
      "FIXED unmaps the destination",
      anon(0, 2),
      sharedAnon(10, 6),
      mremap(0, 2, 3, 3, 12),
    ),
    of("mremap 5", "FIXED needs MAYMOVE", anon(0, 2), mremap(0, 2, 2, 2, 12)),
    of("mremap 5", "FIXED over itself is refused", anon(0, 4), mremap(0, 4, 4, 3, 2)),
    of("mremap 5", "FIXED that shrinks takes the tail too", file(0, 6, 0), mremap(0, 6, 2, 3, 12)),
    of(
      "mremap 5",
      "FIXED that cannot be leaves the destination alone",
      sharedAnon(10, 4),
      mremap(0, 2, 3, 3, 10),
    ),
    of("mremap 6", "DONTUNMAP leaves an empty range", anon(0, 3), mremap(0, 3, 3, 5)),
    of("mremap 6", "DONTUNMAP of another size is refused", anon(0, 3), mremap(0, 3, 4, 5)),
    of("mremap 6", "DONTUNMAP and FIXED of a part", file(0, 6, 2), mremap(1, 2, 2, 7, 20)),
    of("mremap 7", "old size 0 maps shared memory twice", file(0, 4, 2, 0x11), mremap(1, 0, 5, 1)),
    of("mremap 7", "old size 0 of private memory is refused", anon(0, 4), mremap(0, 0, 4, 1)),
    of("mremap 7", "old size 0 needs MAYMOVE", sharedAnon(0, 4), mremap(0, 0, 4, 0)),
    of("mremap 7", "old size 0 onto itself is lost", sharedAnon(0, 4), mremap(0, 0, 2, 3, 0)),
    of(
      "mremap 8",
      "several VMAs move with their gaps",
      anon(0, 2),
      file(2, 2, 0),
      anon(6, 2, ro),
      sharedAnon(24, 1),
      mremap(0, 8, 8, 3, 20),
    ),
    of(
      "mremap 8",
      "beginning in a hole is a fault",
      anon(1, 2),
      file(3, 2, 0),
      mremap(0, 5, 5, 3, 20),
    ),
    of(
      "mremap 8",
      "several of another size are a fault",
      anon(0, 2),
      file(2, 2, 0),
      mremap(0, 4, 5, 3, 20),
    ),
    of("mprotect", "splits and joins again", anon(0, 6), mprotect(2, 2, none), mprotect(2, 2, rw)),
    of(
      "mprotect",
      "what lies before a hole is changed",
      anon(0, 2),
      anon(4, 2),
      mprotect(0, 6, ro),
    ),
    of("mprotect", "a hole at the start changes nothing", anon(1, 2), mprotect(0, 3, ro)),
    of("mprotect", "a length of 0 is well", mprotect(0, 0, ro)),
    of(
      "mprotect",
      "what the file forbids stops it midway",
      anon(0, 2),
      file(2, 2, 0, 0x11, 1, ro),
      anon(4, 2, ro),
      mprotect(0, 6, rw),
      mprotect(0, 6, 7),
    ),
    of(
      "pkey_mprotect",
      "key -1 is mprotect",
      anon(0, 4),
      call("pkey_mprotect", at(1), page, ro, -1),
    ),
    of(
      "madvise",
      "no advice changes a range",
      anon(0, 6),
      madvise(1, 1, 10),
      madvise(3, 2, 4),
      madvise(1, 1, 11),
    ),
    of("madvise", "over a hole the rest is done", anon(0, 2), anon(4, 2), madvise(0, 6, 10)),
    of("madvise", "a guard is no VMA", anon(0, 4), madvise(1, 1, 102), madvise(1, 1, 103)),
    of(
      "brk",
      "grows and shrinks by whole pages",
      call("brk", 0),
      (b) => ({ call: "brk", args: [b + 3 * page + 5] }),
      (b) => ({ call: "brk", args: [b + 1] }),
      (b) => ({ call: "brk", args: [b - 2 * page] }),
      () => ({ call: "brk", args: [page] }),
    ),
    of(
      "shmat",
      "attaches, is cut, and goes in pieces",
      call("shmat", hello.shmId, at(0), 0),
      munmap(2, 2),
      call("shmdt", at(0)),
    ),
    of(
      "shmat",
      "SHM_REMAP replaces",
      anon(0, 4),
      call("shmat", hello.shmId, at(0), 0),
      call("shmat", hello.shmId, at(0), 0o40000),
      mprotect(1, 2, ro),
      call("shmdt", at(0)),
    ),
    of(
      "shmat",
      "read only, and detached somewhere else",
      call("shmat", hello.shmId, at(0), 0o10000),
      call("shmdt", at(1)),
      call("shmdt", at(0)),
    ),
    of(
      "remap_file_pages",
      "maps the file anew in place",
      file(0, 6, 0, 0x11),
      call("remap_file_pages", at(1), pages(2), 0, 9, 0),
    ),
    of(
      "remap_file_pages",
      "private memory is refused",
      file(0, 6, 0),
      call("remap_file_pages", at(1), pages(2), 0, 9, 0),
    ),
  ];
}

/** Probes how the running kernel behaves where kernels differ, by small calls on our own memory. */
import { readFileSync } from "node:fs";
import koffi from "koffi";
import { defaultPageBytes } from "../base/pages.ts";
import { advices, mapFlags, mremapFlags, prot } from "../events/flags.ts";

const libc = koffi.load("libc.so.6");
/** syscall(2) takes its arguments in registers, so a fixed list of six is the same call. */
const nativeSyscall = libc.func(
  "int64_t syscall(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t)",
);

const calls = { mmap: 9, mprotect: 10, munmap: 11, mremap: 25, madvise: 28, pkeyMprotect: 329 };
const page = defaultPageBytes;
const readWrite = prot.read | prot.write;
const privateAnonymous = mapFlags.private | mapFlags.anonymous;
const sharedAnonymous = mapFlags.shared | mapFlags.anonymous;
const { mayMove, fixed: moveFixed, dontUnmap } = mremapFlags;
const arenaBytes = 1 << 20;

function call(number: number, ...args: number[]): number {
  const all = [...args, 0, 0, 0, 0, 0, 0].slice(0, 6);
  return Number(nativeSyscall(number, ...all));
}

function map(at: number, access: number, flags: number): void {
  call(calls.mmap, at, page, access, flags | mapFlags.fixed, -1, 0);
}

/** Regions that /proc/self/maps shows between two addresses. */
function regionsBetween(from: number, to: number): number {
  const maps = readFileSync("/proc/self/maps", "latin1");
  return [...maps.matchAll(/^([0-9a-f]+)-/gm)].filter(([, start]) => {
    const address = Number.parseInt(start!, 16);
    return address >= from && address < to;
  }).length;
}

/** The result; the names are those of KernelFeatures in the space room. */
export type ProbedFeatures = Readonly<Record<string, boolean | number>>;

/**
 * Probes inside `reserved`, which stays mapped throughout: a hole could be filled by another
 * thread's mapping, which the next probe would then replace.
 */
function ask(reserved: number): ProbedFeatures {
  const fresh = <Answer>(question: () => Answer): Answer => {
    call(calls.mmap, reserved, arenaBytes, prot.none, privateAnonymous | mapFlags.fixed, -1, 0);
    return question();
  };
  const arena = reserved + 4 * page;
  const second = arena + page;
  return {
    fixedNoReplace: fresh(() => {
      map(arena, readWrite, privateAnonymous);
      const again = call(
        calls.mmap,
        arena,
        page,
        prot.read,
        privateAnonymous | mapFlags.fixedNoReplace,
        -1,
        0,
      );
      if (again > 0 && again !== arena) call(calls.munmap, again, page);
      return again < 0;
    }),
    moveSeveral: fresh(() => {
      map(arena, readWrite, privateAnonymous);
      map(second, prot.read, privateAnonymous);
      const to = arena + 16 * page;
      return call(calls.mremap, arena, 2 * page, 2 * page, mayMove | moveFixed, to) === to;
    }),
    dontUnmapAny: fresh(() => {
      map(arena, readWrite, sharedAnonymous);
      const to = arena + 16 * page;
      const flags = mayMove | moveFixed | dontUnmap;
      return call(calls.mremap, arena, page, page, flags, to) === to;
    }),
    stackNoHuge: fresh(() => {
      map(arena, readWrite, privateAnonymous);
      map(second, readWrite, privateAnonymous | mapFlags.stack);
      return regionsBetween(second, second + page) === 1;
    }),
    uncharge: fresh(() => {
      map(second, readWrite, privateAnonymous);
      call(calls.mprotect, second, page, prot.none);
      return regionsBetween(second, second + page) === 0; // it was merged with its neighbours
    }),
    pkeys: fresh(() => {
      map(arena, readWrite, privateAnonymous);
      return call(calls.pkeyMprotect, arena, page, prot.read, 0) === 0;
    }),
    ...fresh(() => {
      map(arena, readWrite, privateAnonymous);
      const knows = (advice: number) => call(calls.madvise, arena, page, advice) === 0;
      return {
        hugeAdvice: knows(advices.hugePage),
        mergeAdvice: knows(advices.mergeable),
        guardAdvice: knows(advices.guardInstall),
      };
    }),
  };
}

/** Empty when the kernel gives no memory to ask with; takes a millisecond or two. */
export function probeKernel(): ProbedFeatures {
  const arena = call(calls.mmap, 0, arenaBytes, prot.none, privateAnonymous, -1, 0);
  if (arena <= 0) return {};
  try {
    return ask(arena);
  } finally {
    call(calls.munmap, arena, arenaBytes);
  }
}

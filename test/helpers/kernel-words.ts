/** The words of the planned cases: calls on pages that are counted from a place in the worker's arena. */
import type { MemoryCall } from "../../src/events/kinds.ts";
import type { PlannedCase } from "./kernel-tables.ts";
import type { KernelHello } from "./kernel-worker.ts";

type Steps = PlannedCase["steps"];

export function kernelWords(hello: KernelHello) {
  const page = 4096;
  const at = (n: number) => hello.arenaEnd - 512 * page + n * page;
  const pages = (n: number) => n * page;
  const anonymous = 0x32;
  const call =
    (name: MemoryCall, ...args: number[]) =>
    () => ({ call: name, args });
  const anon = (n: number, count: number, prot = 3) =>
    call("mmap", at(n), pages(count), prot, anonymous, -1, 0);
  const sharedAnon = (n: number, count: number) =>
    call("mmap", at(n), pages(count), 3, 0x31, -1, 0);
  const file =
    (n: number, count: number, offset: number, flags = 0x12, id = 0, prot = 3) =>
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
  /** One case a call, after the same beginning. */
  const each = (rule: string, begin: Steps, calls: Record<string, Steps[number]>) =>
    Object.entries(calls).map(([name, step]) => of(rule, name, ...begin, step));
  return {
    page,
    at,
    pages,
    call,
    anon,
    sharedAnon,
    file,
    munmap,
    mremap,
    mprotect,
    madvise,
    of,
    each,
  };
}

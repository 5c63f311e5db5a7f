/** What the hook says of its patches, and why a program had no hook, as sentences. */
import { describe, expect, it } from "vitest";
import {
  cannotBeCovered,
  parseCoverage,
  whyNotCovered,
} from "../../src/journal/contents/coverage-text.ts";

const libc = "module 7f0000000000 cache 8eae3b /lib/x86_64-linux-gnu/libc.so.6";

function coverageOf(...lines: string[]) {
  return parseCoverage(lines.map((line) => `${line}\n`).join(""), "mem");
}

describe("coverage", () => {
  it("is full when all sites of libc are patched", () => {
    const text = `${libc}\nsite mmap 11c9f0 patched\nsite munmap 11cb40 patched\n`;
    expect(parseCoverage(text, "mprotect")).toEqual({
      status: "full",
      reasons: [],
      modules: [
        {
          path: "/lib/x86_64-linux-gnu/libc.so.6",
          base: "0x7f0000000000",
          buildId: "8eae3b",
          found: "cache",
        },
      ],
      sites: [
        { call: "mmap", module: "libc.so.6", offset: "0x11c9f0", patched: true },
        { call: "munmap", module: "libc.so.6", offset: "0x11cb40", patched: true },
      ],
      via: "mprotect",
    });
  });

  it("names the library of each site, and has no build id where there is none", () => {
    const { modules, sites } = coverageOf(
      libc,
      "site mmap 10 patched",
      "module 7f0000200000 scan - /opt/a b/libnative.so",
      "site mmap 20 patched",
    );
    expect(modules[1]).toEqual({
      path: "/opt/a b/libnative.so",
      base: "0x7f0000200000",
      buildId: "",
      found: "scan",
    });
    expect(sites.map(({ module }) => module)).toEqual(["libc.so.6", "libnative.so"]);
    expect(coverageOf("site mmap 10 patched").sites[0]?.module).toBe("");
  });

  it("is partial where a site is open: one sentence for each reason, each call once", () => {
    const { status, reasons, sites } = coverageOf(
      libc,
      "site mmap 10 patched",
      "site brk 20 not it is too short",
      "site munmap 30 not it is too short",
      "site brk 40 not it is too short",
      "site mremap 50 not",
    );
    expect(status).toBe("partial");
    expect(reasons).toEqual([
      "brk, munmap: a site is not patched, it is too short",
      "mremap: a site is not patched, ",
    ]);
    expect(sites[1]).toEqual({
      call: "brk",
      module: "libc.so.6",
      offset: "0x20",
      patched: false,
      reason: "it is too short",
    });
    expect(sites[4]?.reason).toBe("");
  });

  it("is partial where calls are missing, and none without a libc", () => {
    const some = coverageOf(libc, "site mmap 10 patched", "missing brk", "missing shmat");
    expect(some.status).toBe("partial");
    expect(some.reasons).toEqual(["brk, shmat: no system call site found in libc"]);
    const none = coverageOf("missing brk");
    expect(none.status).toBe("none");
    expect(none.reasons).toEqual([
      "no libc was found among the loaded libraries",
      "brk: no system call site found in libc",
    ]);
  });

  it.each(["execve", "execveat", "exit_group", "_exit", "clone", "clone3", "vfork", "fork"])(
    "is none with %s alone, which changes no mapping",
    (call) => {
      expect(coverageOf(libc, `site ${call} 10 patched`).status).toBe("none");
      expect(coverageOf(libc, `site ${call} 10 patched`, "site brk 20 patched").status).toBe(
        "full",
      );
      expect(coverageOf(libc, `site ${call} 10 patched`, "site brk 20 not odd").status).toBe(
        "none",
      );
    },
  );

  it("passes over lines that a later hook may write", () => {
    const text = `${libc}\nfound 3 things\n a site mmap 10 patched\nsite mmap 10 patched later on\n`;
    const { modules, sites, reasons } = coverageOf(
      text,
      "missing",
      "modules 1",
      "site mmap xyz not",
    );
    expect(modules).toHaveLength(1);
    expect(sites).toEqual([{ call: "mmap", module: "libc.so.6", offset: "0x10", patched: true }]);
    expect(reasons).toEqual([]);
  });
});

/** Bits as record.h has them. */
const bit = {
  read: 1,
  elf64: 2,
  elf32: 4,
  interp: 8,
  go: 16,
  setid: 32,
  caps: 64,
  otherArch: 256,
  loader: 1024,
  notCarried: 2048,
};

function target(...names: (keyof typeof bit)[]): number {
  return names.reduce((sum, name) => sum + bit[name], bit.read);
}

describe("a program that left no journal", () => {
  it.each([
    [0, "the program's file could not be read before it ran"],
    [bit.interp, "the program's file could not be read before it ran"],
    [target("elf32", "interp"), "a 32-bit program: the hook is a 64-bit library"],
    [target("otherArch", "interp"), "a program for another processor architecture"],
    [target("setid", "interp"), "set-user-id or set-group-id: the loader ignores LD_PRELOAD there"],
    [target("caps", "interp"), "the file has capabilities: the loader ignores LD_PRELOAD there"],
    [
      target("notCarried", "interp"),
      "the hook's library was out of its reach (another user, a chroot), or another recorder took over",
    ],
    [
      target("loader"),
      "a loader that ended before the hook was loaded, or a static program that looks like one",
    ],
    [target("go"), "a static Go program: no loader, so nothing can be preloaded"],
    [target("elf64"), "statically linked: no loader, so nothing can be preloaded"],
    [target("go", "interp"), "a Go program that was started without the hook"],
    [
      target("elf64", "interp"),
      "no journal was opened: the program's end came first, or the journal folder was out of its reach",
    ],
  ])("with target bits %i: %s", (bits, sentence) => {
    expect(whyNotCovered(bits)).toBe(sentence);
  });

  it("could not have had a hook if no loader of 64 bits runs it", () => {
    const hopeless = [target("elf32", "interp"), target("otherArch", "interp"), target("elf64")];
    expect(hopeless.map(cannotBeCovered)).toEqual([true, true, true]);
    const hopeful = [target("interp"), target("loader"), target("setid", "interp"), bit.elf32, 0];
    expect(hopeful.map(cannotBeCovered)).toEqual([false, false, false, false, false]);
  });
});

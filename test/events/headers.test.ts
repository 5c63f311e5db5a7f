/** The words and numbers of flags, against the kernel's own headers. */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { mapFlags, mremapFlags, prSetVma } from "../../src/events/flags.ts";
import {
  advice,
  adviceWord,
  cloneWords,
  type FlagWords,
  mapWords,
  mremapWords,
  protWords,
  shmWords,
} from "../../src/events/words.ts";

/** Words of later headers than Linux 6.1, which a machine may not have. */
const newer: readonly (readonly [string, number])[] = [
  ["MAP_ABOVE4G", 0x80],
  ["MAP_DROPPABLE", 8],
  ["MADV_GUARD_INSTALL", 102],
  ["MADV_GUARD_REMOVE", 103],
];

const headers = ["mman", "sched", "shm", "signal", "prctl"];
const input = headers.map((name) => `#include <linux/${name}.h>\n`).join("");
const defines = execFileSync("cc", ["-E", "-dM", "-"], { input, encoding: "utf8" });
const numbers = new Map(newer);
for (const [, name, text] of defines.matchAll(/^#define (\w+) +(0x[0-9a-fA-F]+|\d+)$/gm)) {
  // C writes octal with a leading 0.
  numbers.set(name!, Number(text!.replace(/^0(?=[0-7]+$)/, "0o")));
}

const tables: readonly (readonly [FlagWords, string])[] = [
  [protWords, "PROT_NONE PROT_READ PROT_WRITE PROT_EXEC PROT_SEM PROT_GROWSDOWN PROT_GROWSUP"],
  [mapWords, "MAP_SHARED MAP_PRIVATE MAP_SHARED_VALIDATE MAP_DROPPABLE MAP_FIXED MAP_ANONYMOUS"],
  [mapWords, "MAP_32BIT MAP_ABOVE4G MAP_GROWSDOWN MAP_DENYWRITE MAP_EXECUTABLE MAP_LOCKED"],
  [mapWords, "MAP_NORESERVE MAP_POPULATE MAP_NONBLOCK MAP_STACK MAP_HUGETLB MAP_SYNC"],
  [mapWords, "MAP_FIXED_NOREPLACE"],
  [mremapWords, "MREMAP_MAYMOVE MREMAP_FIXED MREMAP_DONTUNMAP"],
  [shmWords, "SHM_RDONLY SHM_RND SHM_REMAP SHM_EXEC"],
  [cloneWords, "SIGCHLD SIGUSR1 SIGUSR2 CLONE_VM CLONE_FS CLONE_FILES CLONE_SIGHAND CLONE_PIDFD"],
  [cloneWords, "CLONE_PTRACE CLONE_VFORK CLONE_PARENT CLONE_THREAD CLONE_NEWNS CLONE_SYSVSEM"],
  [cloneWords, "CLONE_SETTLS CLONE_PARENT_SETTID CLONE_CHILD_CLEARTID CLONE_DETACHED"],
  [cloneWords, "CLONE_UNTRACED CLONE_CHILD_SETTID CLONE_NEWCGROUP CLONE_NEWUTS CLONE_NEWIPC"],
  [cloneWords, "CLONE_NEWUSER CLONE_NEWPID CLONE_NEWNET CLONE_IO"],
];

it.each(tables)("flags are those of the headers: %$ $1", (words, names) => {
  for (const name of names.split(" ")) {
    expect([name, words.parse(name)]).toEqual([name, numbers.get(name)]);
    expect(words.format(numbers.get(name)!)).toBe(name);
  }
});

it("advice is that of the headers", () => {
  expect(Object.keys(advice)).toHaveLength(27);
  for (const [name, number] of Object.entries(advice)) {
    expect([name, number]).toEqual([name, numbers.get(name)]);
    expect(adviceWord(number)).toBe(name);
  }
});

it("a huge page's size stands in the bits from MAP_HUGE_SHIFT on", () => {
  const shift = numbers.get("HUGETLB_FLAG_ENCODE_SHIFT")!;
  // 2^21 bytes, two MiB.
  expect(mapWords.parse("21<<MAP_HUGE_SHIFT")).toBe(21 * 2 ** shift);
  expect(mapWords.format(21 * 2 ** shift)).toBe("21<<MAP_HUGE_SHIFT");
  expect(mapWords.format(2 ** shift)).toBe("1<<MAP_HUGE_SHIFT");
  expect(mapWords.parse("21<<MAP_OTHER_SHIFT")).toBeUndefined();
  expect(mapWords.parse("x21<<MAP_HUGE_SHIFT")).toBeUndefined();
});

/** MAP_NORESERVE of `noReserve`; names that are not made so stand apart. */
const macroOf = (name: string): string => apart.get(name) ?? `MAP_${name.toUpperCase()}`;
const apart = new Map([
  ["sharedValidate", "MAP_SHARED_VALIDATE"],
  ["typeMask", "MAP_TYPE"],
  ["below2GiB", "MAP_32BIT"],
  ["above4GiB", "MAP_ABOVE4G"],
  ["fixedNoReplace", "MAP_FIXED_NOREPLACE"],
]);

it("the flags that the model asks for are the same", () => {
  const macros = Object.entries(mapFlags).map(([name, value]) => [macroOf(name), value] as const);
  expect(macros).toEqual(macros.map(([macro]) => [macro, numbers.get(macro)]));
  expect(mremapFlags).toEqual({
    mayMove: numbers.get("MREMAP_MAYMOVE"),
    fixed: numbers.get("MREMAP_FIXED"),
    dontUnmap: numbers.get("MREMAP_DONTUNMAP"),
  });
  expect(prSetVma).toBe(numbers.get("PR_SET_VMA"));
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errnoName, errnoNumber, errnoOf } from "../../src/events/errno.ts";
import { asInt, hasFlags } from "../../src/events/flags.ts";
import {
  advice,
  adviceWord,
  cloneWords,
  type FlagWords,
  mapWords,
  mremapWords,
  parseAdvice,
  protWords,
  shmWords,
} from "../../src/events/words.ts";

describe("flags in words", () => {
  const cases: readonly (readonly [words: FlagWords, value: number, text: string])[] = [
    [protWords, 0, "PROT_NONE"],
    [protWords, 3, "PROT_READ|PROT_WRITE"],
    [protWords, 0x0100_0001, "PROT_READ|PROT_GROWSDOWN"],
    [protWords, 0x100, "0x100"],
    [mapWords, 0x22, "MAP_PRIVATE|MAP_ANONYMOUS"],
    [mapWords, 3, "MAP_SHARED_VALIDATE"],
    [mapWords, 0, "0"],
    [mapWords, 0x20, "MAP_ANONYMOUS"],
    [mapWords, 0x100022, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE"],
    [mapWords, 0x54040022, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT"],
    [mapWords, 0xf800_0022, "MAP_PRIVATE|MAP_ANONYMOUS|62<<MAP_HUGE_SHIFT"],
    [mapWords, 0x1_0000_0022, "MAP_PRIVATE|MAP_ANONYMOUS|0x100000000"],
    [mremapWords, 7, "MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP"],
    [mremapWords, 9, "MREMAP_MAYMOVE|0x8"],
    [shmWords, 0o10000, "SHM_RDONLY"],
    [cloneWords, 17, "SIGCHLD"],
    [cloneWords, 0x1200011, "SIGCHLD|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID"],
    [cloneWords, 0x8000_4111, "SIGCHLD|CLONE_VM|CLONE_VFORK|CLONE_IO"],
    [protWords, -1, "0xffffffffffffffff"],
  ];
  for (const [words, value, text] of cases) {
    it(`${text} is ${value}`, () => {
      expect(words.format(value)).toBe(text);
      if (value >= 0) expect(words.parse(text)).toBe(value);
    });
  }

  it("come back as the same number from any value", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (value) => {
        for (const words of [protWords, mapWords, mremapWords, shmWords, cloneWords]) {
          expect(words.parse(words.format(value))).toBe(value);
        }
      }),
    );
  });

  it("may have spaces around the bars, and are a number where they cannot be exact", () => {
    expect(protWords.parse("PROT_READ | PROT_WRITE")).toBe(3);
    expect(mremapWords.format(0)).toBe("0");
    expect(shmWords.format(0)).toBe("0");
    // Not in words: it may have been rounded.
    expect(protWords.format(2 ** 53 + 2)).toBe("0x20000000000002");
  });

  it("refuse a word that is not known", () => {
    expect(protWords.parse("PROT_READ|PROT_FLY")).toBeUndefined();
    expect(protWords.parse("")).toBeUndefined();
    expect(mapWords.parse("toString")).toBeUndefined();
  });
});

describe("advice in words", () => {
  it("goes both ways", () => {
    for (const [word, value] of Object.entries(advice)) {
      expect(adviceWord(value)).toBe(word);
      expect(parseAdvice(word)).toBe(value);
    }
    expect(adviceWord(77)).toBe("0x4d");
    expect(parseAdvice("0x4d")).toBe(77);
    expect(parseAdvice("MADV_WHAT")).toBeUndefined();
  });
});

describe("errors", () => {
  it("have the names of Linux, generic and x86-64", () => {
    const known: readonly (readonly [number, string])[] = [
      [1, "EPERM"],
      [12, "ENOMEM"],
      [22, "EINVAL"],
      [34, "ERANGE"],
      [35, "EDEADLK"],
      [38, "ENOSYS"],
      [40, "ELOOP"],
      [42, "ENOMSG"],
      [59, "EBFONT"],
      [75, "EOVERFLOW"],
      [95, "EOPNOTSUPP"],
      [110, "ETIMEDOUT"],
      [133, "EHWPOISON"],
    ];
    for (const [number, name] of known) {
      expect(errnoName(number)).toBe(name);
      expect(errnoNumber(name)).toBe(number);
    }
    expect(errnoName(41)).toBe("41");
    expect(errnoName(512)).toBe("512");
    expect(errnoNumber("EWOULDBLOCK")).toBe(11);
    expect(errnoNumber("EDEADLOCK")).toBe(35);
    expect(errnoNumber("ENOTSUP")).toBe(95);
    expect(errnoNumber("-")).toBeUndefined();
  });

  it("are results from -4095 to -1", () => {
    expect(errnoOf(-1)).toBe(1);
    expect(errnoOf(-4095)).toBe(4095);
    expect(errnoOf(-4096)).toBe(0);
    expect(errnoOf(0)).toBe(0);
    expect(errnoOf(0x7f12_3456_7000)).toBe(0);
  });
});

describe("registers", () => {
  it("hold a C int in their low half", () => {
    expect(asInt(0xffff_ffff)).toBe(-1);
    expect(asInt(-1)).toBe(-1);
    expect(asInt(0x1_0000_0003)).toBe(3);
    expect(asInt(0x1_0000_0002)).toBe(2);
  });

  it("hold flags above 2^31", () => {
    expect(hasFlags(0x8000_0002, 0x8000_0000)).toBe(true);
    expect(hasFlags(0x8000_0002, 3)).toBe(false);
  });
});

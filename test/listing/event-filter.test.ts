import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { optionTerm, parseFilter } from "../../src/listing/event-filter.ts";

describe("the filter language", () => {
  it("has no terms when it is empty", () => {
    expect(parseFilter("  \t ")).toEqual([]);
  });

  it("reads words, pairs and negation", () => {
    expect(parseFilter("mremap !moved pid:1,7 >1M")).toEqual([
      { not: false, test: { key: "kind", codes: [3] } },
      { not: true, test: { key: "outcome", outcomes: ["moved"] } },
      {
        not: false,
        test: {
          key: "pid",
          numbers: [
            { low: 1, high: 1 },
            { low: 7, high: 7 },
          ],
        },
      },
      {
        not: false,
        test: { key: "size", ranges: [{ low: 1048577, high: Number.POSITIVE_INFINITY }] },
      },
    ]);
  });

  it("means the same by an option", () => {
    expect(optionTerm("addr", "0x1000 - 0x2000")).toEqual(parseFilter("addr:0x1000-0x2000")[0]);
    expect(optionTerm("call", "mmap, munmap")).toEqual(parseFilter("call:mmap,munmap")[0]);
    expect(optionTerm("from", "50 %")).toEqual(parseFilter("from:50%")[0]);
  });

  const wrong: readonly (readonly [filter: string, quoted: string])[] = [
    ["mremmap", '"mremmap"'],
    ["constructor", '"constructor"'],
    ["call:toString", '"toString"'],
    ["pid:", '"pid:"'],
    ["pid:x", '"x"'],
    ["call:frob", '"frob"'],
    ["outcome:lost", '"lost"'],
    ["errno:EWHAT", '"EWHAT"'],
    ["colour:red", '"colour"'],
    ["addr:0xzz", '"0xzz"'],
    ["addr:0x2000-0x1000", "empty range"],
    ["size:big", '"big"'],
    ["took:10", '"10"'],
    ["from:soon", '"soon"'],
  ];
  for (const [filter, quoted] of wrong) {
    it(`refuses ${filter} and quotes it`, () => {
      expect(() => parseFilter(`mmap ${filter}`)).toThrow(UserError);
      expect(() => parseFilter(`mmap ${filter}`)).toThrow(quoted);
    });
  }
});

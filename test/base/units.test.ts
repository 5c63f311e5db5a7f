import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countOf,
  formatAddress,
  formatBytes,
  formatCount,
  formatDuration,
  formatHex,
  formatShare,
  parseBytes,
  parseDuration,
} from "../../src/base/units.ts";

function table<Value, Result>(
  name: string,
  call: (value: Value) => Result,
  cases: readonly (readonly [Value, Result])[],
): void {
  describe(name, () => {
    for (const [value, result] of cases) {
      it(`${String(value)} gives ${String(result)}`, () => {
        expect(call(value)).toBe(result);
      });
    }
  });
}

table("bytes in at most three figures", formatBytes, [
  [0, "0 B"],
  [1, "1 B"],
  [999, "999 B"],
  [1000, "0.98 KiB"],
  [1024, "1 KiB"],
  [4096, "4 KiB"],
  [1536, "1.5 KiB"],
  [10_239, "10 KiB"],
  [1023 * 1024, "1 MiB"],
  [128 * 1024 ** 2, "128 MiB"],
  [1.84 * 1024 ** 3, "1.84 GiB"],
  [2 ** 47, "128 TiB"],
  [2 ** 63, "8 EiB"],
  [-4096, "-4 KiB"],
]);

table("durations", (nanos: number) => formatDuration(nanos), [
  [0, "0 ns"],
  [999, "999 ns"],
  [1000, "1 µs"],
  [1234, "1.23 µs"],
  [14_000, "14 µs"],
  [999_499, "999 µs"],
  [999_500, "1 ms"],
  [3_100_000, "3.1 ms"],
  [1_840_000_000, "1.84 s"],
  [59_949_000_000, "59.9 s"],
  [59_950_000_000, "1 min 0 s"],
  [125_000_000_000, "2 min 5 s"],
  [3_599_600_000_000, "1 h 0 min"],
  [4_320_000_000_000, "1 h 12 min"],
]);

table("counts", formatCount, [
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [12_431, "12,431"],
  [1_234_567, "1,234,567"],
]);

table("addresses for people", formatAddress, [
  [0, "0x0"],
  [0xabc, "0xabc"],
  [0x12345, "0x1_2345"],
  [0x7f12_3400_0000, "0x7f12_3400_0000"],
  [0x55_5555_5555, "0x55_5555_5555"],
  [-1, "0xffff_ffff_ffff_ffff"],
]);

table<number | bigint, string>("addresses for machines", formatHex, [
  [0x7f12_3400_0000, "0x7f1234000000"],
  [-12, "0xfffffffffffffff4"],
  [2n ** 64n - 1n, "0xffffffffffffffff"],
  [-(2n ** 63n), "0x8000000000000000"],
]);

table("sizes that people write", parseBytes, [
  ["4096", 4096],
  ["0x1000", 4096],
  ["4K", 4096],
  ["4 KiB", 4096],
  ["1.5m", 1.5 * 1024 ** 2],
  ["2GB", 2 * 1024 ** 3],
  ["1T", 1024 ** 4],
  ["", undefined],
  ["4X", undefined],
  ["-1", undefined],
  ["1e3", undefined],
]);

table("times that people write", parseDuration, [
  ["100ns", 100],
  ["14us", 14_000],
  ["14µs", 14_000],
  ["1.25s", 1_250_000_000],
  ["2 min", 120_000_000_000],
  ["10", undefined],
  ["s", undefined],
]);

describe("hexadecimal", () => {
  it("is what BigInt says, for every number that a register can hold", () => {
    const bits = fc
      .integer({ min: 0, max: 53 })
      .chain((n) => fc.bigInt({ min: 0n, max: 2n ** BigInt(n) - 1n }));
    fc.assert(
      fc.property(bits, (value) => {
        expect(formatHex(Number(value))).toBe(`0x${value.toString(16)}`);
        expect(formatHex(value)).toBe(`0x${value.toString(16)}`);
      }),
      { numRuns: 2000 },
    );
    for (const edge of [2 ** 24, 2 ** 30 - 1, 2 ** 30, 2 ** 32, 2 ** 48 - 1, 2 ** 48]) {
      expect(formatHex(edge)).toBe(`0x${BigInt(edge).toString(16)}`);
    }
  });
});

describe("shares", () => {
  it("says 0 % and 100 % only when that is exact", () => {
    expect(formatShare(0, 0)).toBe("0 %");
    expect(formatShare(0, 5)).toBe("0 %");
    expect(formatShare(1, 100_000)).toBe("0.1 %");
    expect(formatShare(430, 512)).toBe("84 %");
    expect(formatShare(99_999, 100_000)).toBe("99.9 %");
    expect(formatShare(5, 5)).toBe("100 %");
  });
});

describe("counted nouns", () => {
  it("agree with their number", () => {
    expect(countOf(1, "process", "processes")).toBe("1 process");
    expect(countOf(1200, "call")).toBe("1,200 calls");
    expect(countOf(0, "call")).toBe("0 calls");
  });
});

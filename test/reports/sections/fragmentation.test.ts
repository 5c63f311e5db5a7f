import { describe, expect, it } from "vitest";
import type { FragmentationData, ProcessGaps } from "../../../src/analyses/fragmentation.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { fragmentationSection } from "../../../src/reports/sections/fragmentation.ts";

const one = (name: string, more: Partial<ProcessGaps> = {}): ProcessGaps => ({
  process: 7,
  name,
  gaps: 1234,
  gapBytes: 3 * 1024 ** 2,
  largestGapBytes: 40 * 1024,
  mappedBytes: 1024 ** 2,
  mappedShare: 0.9,
  leastMappedShare: 0.1,
  leastMappedShareSeq: 99,
  series: {
    seq: [],
    atNanos: [],
    gapCount: [],
    gapBytes: [],
    largestGapBytes: [],
    gapAreaMappedBytes: [],
  },
  ...more,
});

const tables = (...processes: readonly ProcessGaps[]) => {
  const data: FragmentationData = { processes, moreProcesses: 2 };
  return fragmentationSection.tables(data, plainStyle);
};

describe("the table of gaps", () => {
  it("has a row for each process", () => {
    // 1 MiB of 1 + 3 is mapped, 5 of 5 + 0.
    expect(
      tables(one("4121 grow"), one("9 x", { gaps: 0, gapBytes: 0, largestGapBytes: 0 })),
    ).toEqual([
      [
        "  process     gaps   free  largest  mapped of the span",
        "  4121 grow  1,234  3 MiB   40 KiB                25 %",
        "  9 x            0    0 B      0 B               100 %",
      ],
    ]);
  });

  it("is not there without a process", () => {
    expect(tables()).toEqual([[]]);
  });

  it("has no picture, for a reason", () => {
    expect(fragmentationSection.plot).toEqual({
      none: "the gaps stand between the rectangles of the address-time picture, which shows them better",
    });
  });
});

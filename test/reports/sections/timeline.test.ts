import { describe, expect, it } from "vitest";
import type { ProcessTimeline, TimelineData } from "../../../src/analyses/timeline.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { timelineSection } from "../../../src/reports/sections/timeline.ts";
import { drawn } from "../drawn.ts";

const MiB = 1024 ** 2;

function one(name: string, atNanos: readonly number[], mapped: readonly number[]): ProcessTimeline {
  return {
    process: 1,
    name,
    peakMappedBytes: 7,
    peakSeq: 8,
    peakAtNanos: 9,
    madeOf: [
      { name: `heap of ${name}`, bytes: 5 * MiB, regions: 1200 },
      { name: "x.so", bytes: 4096, regions: 3 },
    ],
    madeOfSeq: 10,
    callsPerBucket: 11,
    series: {
      seq: [],
      atNanos,
      leastMappedBytes: mapped.map(() => 1),
      mostMappedBytes: mapped,
      writableBytes: [],
      executableBytes: [],
      reservedBytes: [],
      fileBytes: [],
      anonymousBytes: [],
    },
  };
}

const dataOf = (...processes: readonly ProcessTimeline[]): TimelineData => {
  return { processes, moreProcesses: 0 };
};

describe("the table of the timeline", () => {
  it("has what the highest peak was made of", () => {
    const data = dataOf(one("a", [], []), one("b", [], []));
    expect(timelineSection.tables(data, plainStyle)).toEqual([
      [
        "  peak of the largest  bytes  regions",
        "  heap of a            5 MiB    1,200",
        "  x.so                 4 KiB        3",
      ],
    ]);
  });

  it("is not there without a process", () => {
    expect(timelineSection.tables(dataOf(), plainStyle)).toEqual([[]]);
  });
});

describe("the picture of the timeline", () => {
  const { plot } = timelineSection;
  const draw = (data: TimelineData, durationNanos: number) =>
    "draw" in plot
      ? plot.draw(data, { growthPoints: { points: [], oneIn: 1 }, durationNanos })
      : undefined;

  it("has what was mapped at each moment, from the first event to the recording's end", () => {
    const data = dataOf(one("4121 grow", [1000, 3000], [MiB, 2 * MiB]), one("b", [], []));
    // 4 µs are 422 across from 68 on, 2 MiB are 134 up from 144.
    expect(drawn(draw(data, 5000))).toEqual({
      title: "Mapped bytes over time",
      caption: "Mapped bytes of 4121 grow over time.",
      words: ["0 B", "1 MiB", "2 MiB", "1 µs", "2 µs", "3 µs", "4 µs", "5 µs"],
      shapes: {
        area: "M68 77H279V10H490V144H68z",
        axis: "M68 144H490M68 77H490M68 10H490M68 144v4M173.5 144v4M279 144v4M384.5 144v4M490 144v4",
        line: "M68 77H279V10H490",
      },
      height: 170,
    });
  });

  it("of one moment is as wide as a nanosecond, and begins at 0 where nothing happened", () => {
    const shapesOf = (data: TimelineData) => drawn(draw(data, 0))!.shapes;
    expect(shapesOf(dataOf(one("a", [5000], [MiB])))).toMatchObject({ line: "M68 10H490" });
    expect(shapesOf(dataOf(one("a", [], [])))).toMatchObject({ area: "", line: "H490" });
  });

  it("is not drawn without a process", () => {
    expect(draw(dataOf(), 5000)).toBeUndefined();
  });
});

/** Every metric, read from figures that are all different. */
import { describe, expect, it } from "vitest";
import { changeOf, metricNamed, metrics } from "../../../src/analyses/diff/metrics.ts";
import { growthOf, processOf, statsOf } from "../../reports/figures.ts";

const figures = (count: number) => ({ count, bytes: 1000 * count, nanos: 7 * count });

const stats = statsOf({
  processes: [processOf(1), processOf(2), processOf(3)],
  calls: {
    mmap: { count: 11, failed: 2, nanos: 300 },
    mremap: { count: 40, failed: 5, nanos: 6000 },
  },
  growth: growthOf({
    inPlace: figures(50),
    moved: figures(20),
    relocated: figures(7),
    refused: figures(3),
    shrunk: figures(900),
  }),
  peakMappedBytes: 123,
  peakRegions: 45,
});

const expected = [
  ["growths", "count", 50 + 20 + 7 + 3],
  ["moved", "count", 20],
  ["moved-share", "share", 25],
  ["in-place", "count", 50],
  ["relocated", "count", 7],
  ["refused", "count", 3],
  ["mremap-time", "nanos", 6000],
  ["peak", "bytes", 123],
  ["regions", "count", 45],
  ["calls", "count", 51],
  ["failed", "count", 7],
  ["call-time", "nanos", 6300],
  ["duration", "nanos", 1_840_000_000],
  ["processes", "count", 3],
] as const;

describe("the metrics", () => {
  it("are these, each with its unit and its figure", () => {
    expect(metrics.map(({ name, unit, read }) => [name, unit, read(stats)])).toEqual(expected);
  });

  it("that the recording cannot tell are unknown, and of no growth no share moved", () => {
    const { recording } = statsOf();
    const little = statsOf({
      ...{ calls: {}, growth: growthOf(), recording: { ...recording, durationNanos: null } },
    });
    const read = (name: string) => metricNamed(name)?.read(little);
    expect([read("peak"), read("regions"), read("duration")]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect([read("moved-share"), read("mremap-time"), read("calls")]).toEqual([0, 0, 0]);
  });

  it("are also how often each call was made, and nothing else", () => {
    const mmap = metricNamed("mmap");
    expect([mmap?.name, mmap?.meaning, mmap?.unit]).toEqual(["mmap", "calls of mmap", "count"]);
    expect([mmap?.read(stats), metricNamed("brk")?.read(stats)]).toEqual([11, 0]);
    // An observation is no call.
    expect([metricNamed("mapsObserved"), metricNamed("open"), metricNamed("toString")]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });
});

it.each([
  [4, 6, 2, 50],
  [6, 4, -2, -100 / 3],
  [0, 0, 0, 0],
  [5, 5, 0, 0],
  [0, 3, 3, null],
  [undefined, 3, null, null],
  [3, undefined, null, null],
])("from %j to %j it is %j, %j percent", (a, b, change, changePercent) => {
  expect(changeOf("peak", "bytes", a, b)).toEqual({
    ...{ name: "peak", unit: "bytes", a: a ?? null, b: b ?? null, change, changePercent },
  });
});

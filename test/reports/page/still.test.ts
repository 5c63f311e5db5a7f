/** The still picture: its shapes and words at places worked out by hand. */
import { describe, expect, it } from "vitest";
import type { Picture } from "../../../src/analyses/picture/picture.ts";
import { stillPicture } from "../../../src/reports/page/still.ts";
import { picture, processPicture } from "../report-sample.ts";

describe("the still picture", () => {
  // Across from 132 to 1,180 for 1,000 ns; up from 436 to 0.
  it("has folds, a path for each kind, arrows and axes", () => {
    const arrows = "M394 414.2V163.5m-4 5l4 -5l4 5M918 163.5V414.2m-4 -5l4 5l4 -5";
    const first = `<svg viewBox="0 0 1180 460" role="img"><title>Address space of grow over time</title>\
<rect class="fold" x="132" y="218" width="1048" height="43.6"/>\
<path class="kind-heap" d="M656 0h524v217.5h-524z"/>\
<path class="kind-anonymous" d="M132 348.8h524v86.7h-524zM1180 218h0.4v0.4h-0.4z"/>`;
    const { text } = stillPicture(picture, processPicture);
    expect(text.slice(0, first.length)).toBe(first);
    // The first goes from the middle of 0x1000-0x2000 to that of 0x9000-0xb000: an eighth of 0.4 to
    // 0.5 and a quarter of the half above. The second goes back from 0xa000, the same, to 0x1800.
    expect(text).toContain(`<path class="halo" d="${arrows}"/>`);
    expect(text).toContain(`<path class="arrow" d="${arrows}"/>`);
    expect(
      [...text.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, at, words]) => [at, words]),
    ).toEqual([
      ['x="124" y="432" text-anchor="end"', "0x1000"],
      ['x="124" y="243.8" text-anchor="end"', "⋯ 16 KiB ⋯"],
      ['x="124" y="214" text-anchor="end"', "0x9000"],
      ['x="341.6" y="453" text-anchor="middle"', "200 ns"],
      ['x="551.2" y="453" text-anchor="middle"', "400 ns"],
      ['x="760.8" y="453" text-anchor="middle"', "600 ns"],
      ['x="970.4" y="453" text-anchor="middle"', "800 ns"],
    ]);
    const marks = [132, 341.6, 551.2, 760.8, 970.4, 1180].map(
      (x) => `<path class="axis" d="M${x} 436v5"/>`,
    );
    for (const mark of marks) expect(text).toContain(mark);
    expect(text.match(/class="axis"/g)).toHaveLength(6);
  });

  it("has no arrows where nothing moved, and no address over another", () => {
    const bands = [
      { start: 0x1000, end: 0x2000, low: 0, high: 0.02, isFold: false },
      { start: 0x2000, end: 0x3000, low: 0.02, high: 0.04, isFold: true },
      { start: 0x3000, end: 0x4000, low: 0.04, high: 1, isFold: false },
    ];
    const { text } = stillPicture(picture, { ...processPicture, moves: [0, 0], bands });
    expect(text).not.toContain("arrow");
    // 428 and 410.5 are 12 and more apart from 416 and 398; the fold at 422.9 would be over the first.
    const shown = [...text.matchAll(/text-anchor="end">([^<]*)</g)].map(([, words]) => words);
    expect(shown).toEqual(["0x1000", "0x3000"]);
  });

  it("begins when its process did, and has no words at its very ends", () => {
    const late = {
      ...processPicture,
      fromNanos: 1000,
      toNanos: 3000,
      ranges: [0, 1],
      moves: [0, 0],
    } as const;
    const ranges = {
      ...picture.ranges,
      fromNanos: Float64Array.of(1500),
      toNanos: Float64Array.of(2000),
    };
    const { text } = stillPicture({ ...picture, ranges }, late);
    // A quarter of 1,048 from 132 on, and as much across.
    expect(text).toContain('class="kind-anonymous" d="M394 348.8h262v86.7h-262z"');
    // Steps of 500 ns: 1 µs stands at the left end and 3 µs at the right.
    const times = [...text.matchAll(/text-anchor="middle">([^<]*)</g)].map(([, words]) => words);
    expect(times).toEqual(["1.5 µs", "2.0 µs", "2.5 µs"]);
    const moment = stillPicture(picture, { ...late, toNanos: 1000, ranges: [0, 0] }).text;
    expect(moment).not.toContain('text-anchor="middle"');
  });

  it("has the two hundred arrows of the largest moves", () => {
    const length = 201;
    const moves = {
      ...picture.moves,
      length,
      atNanos: Float64Array.from({ length }, (_, i) => i),
      from: new Float64Array(length).fill(0x1000),
      to: new Float64Array(length).fill(0x9000),
      oldBytes: new Float64Array(length).fill(16),
      newBytes: Float64Array.from({ length }, (_, i) => 100 + i),
    };
    const { text } = stillPicture({ ...picture, moves }, { ...processPicture, moves: [0, 201] });
    const arrows = text
      .match(/class="arrow" d="([^"]*)"/)![1]!
      .split("M")
      .slice(1);
    expect(arrows).toHaveLength(200);
    // The smallest is the first one, at 132.
    expect(arrows.some((one) => one.startsWith("132 "))).toBe(false);
    expect(arrows[0]).toMatch(/^341\.6 /);
  });

  it("draws the largest where there are more than can be seen", () => {
    const length = 6001;
    const many = {
      ...picture,
      ranges: {
        ...picture.ranges,
        length,
        start: new Float64Array(length).fill(0x1000),
        end: Float64Array.from({ length }, (_, i) => 0x1000 + 1 + i),
        fromNanos: new Float64Array(length),
        // The smallest lives as long as the process, so that it can be told.
        toNanos: Float64Array.from({ length }, (_, i) => (i === 0 ? 1000 : i / 8)),
        kind: new Uint8Array(length),
      },
    } satisfies Picture;
    const drawn = (last: number) => {
      const { text } = stillPicture(many, { ...processPicture, ranges: [0, last] });
      return text.match(/class="kind-heap" d="([^"]*)"/)![1]!.split("z").length - 1;
    };
    expect([drawn(5999), drawn(6000), drawn(6001)]).toEqual([5999, 6000, 6000]);
    const text = (last: number) =>
      stillPicture(many, { ...processPicture, ranges: [0, last] }).text;
    expect([text(6000).includes("h1048v"), text(6001).includes("h1048v")]).toEqual([true, false]);
  });
});

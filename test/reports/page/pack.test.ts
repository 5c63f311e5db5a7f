/** The picture packed for the page's script: every column where it is said to be. */
import { describe, expect, it } from "vitest";
import { packPicture } from "../../../src/reports/page/pack.ts";
import { picture, processPicture } from "../report-sample.ts";

describe("the packed picture", () => {
  const { facts, bytes } = packPicture(picture, ({ pid }) => `label ${pid}`);

  it("has facts in words", () => {
    const { kinds, columns, ...rest } = facts;
    expect(rest).toEqual({
      processes: [
        {
          ...{ process: 1, label: "label 4121", fromNanos: 0, toNanos: 1000 },
          ...{ ranges: [0, 3], moves: [0, 2], bands: processPicture.bands },
        },
      ],
      calls: ["", "mmap"],
      gains: ["found", "mapped", "grown", "moved", "duplicated", "left behind"],
      losses: [
        ...["then unmapped", "then mapped over", "then given back by a shrink", "then moved away"],
        ...["then grown", "then gone without a call", "until its process ended"],
        ...["still there at the end", "then of another protection"],
      ],
      sites: ["", "main (a.c:1)"],
    });
    expect(kinds.slice(0, 3)).toEqual([
      { name: "heap", word: "heap (brk)", isHollow: false },
      { name: "anonymous", word: "anonymous", isHollow: false },
      { name: "reserved", word: "reserved (no access)", isHollow: true },
    ]);
    expect(columns.map(({ name }) => name).sort()).toEqual(
      [
        ...[
          "start",
          "end",
          "fromNanos",
          "toNanos",
          "bySeq",
          "mapping",
          "site",
          "kind",
          "call",
          "gain",
          "loss",
        ],
        ...["seq", "atNanos", "durationNanos", "from", "to", "oldBytes", "newBytes", "site"].map(
          (one) => `move.${one}`,
        ),
      ].sort(),
    );
  });

  it("has every column where it is said to be, and none over another", () => {
    const types = { Float64: Float64Array, Uint32: Uint32Array, Uint8: Uint8Array };
    const values = new Map(
      facts.columns.map(({ name, type, offsetBytes, length }) => {
        const column = new types[type](bytes.slice(offsetBytes).buffer, 0, length);
        expect(offsetBytes % column.BYTES_PER_ELEMENT).toBe(0);
        return [name, [...column]];
      }),
    );
    expect(values.get("start")).toEqual([0x1000, 0x9000, 0x9000]);
    expect(values.get("mapping")).toEqual([7, 8, 9]);
    expect(values.get("loss")).toEqual([0, 7, 8]);
    expect(values.get("move.durationNanos")).toEqual([31, 32]);
    expect(values.get("move.site")).toEqual([1, 0]);
    expect(values.get("move.from")).toEqual([0x1000, 0x9000]);
    // 5 columns of 3 doubles, 2 of 3 words, 4 of 3 bytes; 7 of 2 doubles and one of 2 words.
    expect(bytes.length).toBe(5 * 24 + 2 * 12 + 4 * 3 + 7 * 16 + 8);
  });
});

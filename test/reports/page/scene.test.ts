/** A process of the page's picture as its script sees it: read back from the packed columns, and what is where. */
import { describe, expect, it } from "vitest";
import type { Picture } from "../../../src/analyses/picture/picture.ts";
import type { Column, Data } from "../../../src/reports/page/client/page-data.ts";
import { moveAt, rangeAt, sceneOf } from "../../../src/reports/page/client/scene.ts";
import { packPicture } from "../../../src/reports/page/pack.ts";
import { picture, processPicture } from "../report-sample.ts";

/** As the script unpacks it, without the browser's gzip. */
function dataOf(one: Picture): Data {
  const { facts, bytes } = packPicture(one, ({ pid }) => String(pid));
  const shapes = { Float64: Float64Array, Uint32: Uint32Array, Uint8: Uint8Array };
  const columns = new Map<string, Column>();
  for (const { name, type, offsetBytes, length } of facts.columns) {
    columns.set(name, new shapes[type](bytes.buffer as ArrayBuffer, offsetBytes, length));
  }
  return { ...facts, column: (name) => columns.get(name)! };
}

const second = { ...processPicture, ranges: [1, 3], moves: [1, 2] } as const;
const data = dataOf({ ...picture, processes: [processPicture, second] });

describe("a scene", () => {
  it("has the ranges of its process with their heights", () => {
    const scene = sceneOf(data, 1);
    expect([scene.index, scene.count, scene.rowOf(0), scene.rowOf(1)]).toEqual([1, 2, 1, 2]);
    expect([...scene.fromNanos]).toEqual([500, 1000]);
    expect([...scene.toNanos]).toEqual([1000, 1000]);
    expect([...scene.kind]).toEqual([0, 1]);
    // 0x9000 to 0xd000 are half and whole; 0x9001 is 1 of 0x4000 above the half.
    expect([...scene.low]).toEqual([0.5, 0.5]);
    expect([...scene.high]).toEqual([1, 0.5 + 0.5 / 0x4000]);
    expect(() => sceneOf(data, 2)).toThrow("the page has no process 2");
  });

  it("has its moves in the order of time, and the largest first", () => {
    const scene = sceneOf(data, 0);
    const first = {
      ...{ seq: 11, atNanos: 250, durationNanos: 31, from: 0x1000, to: 0x9000 },
      ...{ oldBytes: 0x1000, newBytes: 0x2000, site: 1 },
      // The middles, 0x1800 and 0xa000: an eighth of 0.4, and a quarter of the upper half.
      ...{ fromHeight: 0.05, toHeight: 0.625 },
    };
    expect(scene.moves[0]).toEqual(first);
    expect(scene.moves.map(({ seq }) => seq)).toEqual([11, 12]);
    expect(scene.largestMoves.map(({ seq }) => seq)).toEqual([11, 12]);
    expect(sceneOf(data, 1).moves.map(({ seq }) => seq)).toEqual([12]);
    const newBytes = Float64Array.of(0x1000, 0x2000);
    const other = dataOf({ ...picture, moves: { ...picture.moves, newBytes } });
    expect(sceneOf(other, 0).largestMoves.map(({ seq }) => seq)).toEqual([12, 11]);
  });
});

describe("what is under the pointer", () => {
  const scene = sceneOf(data, 0);
  const none = { nanos: 0, height: 0 };
  const slack = { nanos: 10, height: 0.01 };

  it.each([
    ["inside the first", 250, 0.1, none, 0],
    ["at its begin and its foot", 0, 0, none, 0],
    ["where the second begins", 500, 0.7, none, 1],
    ["above the first", 250, 0.3, none, -1],
    ["before the second", 400, 0.7, none, -1],
    ["a little before the second", 495, 0.7, slack, 1],
    ["a little above the first", 250, 0.205, slack, 0],
    ["too far above the first", 250, 0.215, slack, -1],
    ["too far before the second", 485, 0.7, slack, -1],
    // The third has no length; it is found where nothing else is, and the second is there till its end.
    ["in the second, near the third", 995, 0.5, slack, 1],
    ["behind both", 1005, 0.5, slack, 2],
  ] as const)("%s", (_, nanos, height, near, expected) => {
    expect(rangeAt(scene, nanos, height, near)).toBe(expected);
  });

  it.each([
    ["on the first arrow", 250, 0.3, slack, 11],
    ["beside it", 259, 0.3, slack, 11],
    ["too far beside it", 261, 0.3, slack, undefined],
    ["a little above its end", 250, 0.63, slack, 11],
    ["too far above its end", 250, 0.64, slack, undefined],
    ["a little below its begin", 250, 0.045, slack, 11],
    ["too far below its begin", 250, 0.039, slack, undefined],
    ["on the second, which goes down", 745, 0.3, slack, 12],
  ] as const)("%s is a move", (_, nanos, height, near, seq) => {
    expect(moveAt(scene, nanos, height, near)?.seq).toBe(seq);
  });

  it("is the largest move where several are", () => {
    expect(moveAt(scene, 500, 0.3, { nanos: 300, height: 0 })?.seq).toBe(11);
  });
});

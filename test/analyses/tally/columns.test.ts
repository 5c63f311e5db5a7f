import { expect, it } from "vitest";
import { grown, roomFor } from "../../../src/analyses/tally/columns.ts";

it("a column grows into another of its kind, the new rows 0", () => {
  const column = Uint16Array.of(7, 8);
  expect(grown(column, 4)).toEqual(Uint16Array.of(7, 8, 0, 0));
  expect(grown(Float64Array.of(2 ** 50), 2)).toEqual(Float64Array.of(2 ** 50, 0));
  expect(column).toEqual(Uint16Array.of(7, 8));
});

it.each([
  [0, 16, 16],
  [15, 16, 16],
  [16, 16, 32],
  [31, 16, 32],
  [32, 16, 64],
  [1000, 3, 1536],
])("row %i fits %i rows, made %i", (row, capacity, room) => {
  expect(roomFor(row, capacity)).toBe(room);
});

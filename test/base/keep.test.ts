/** The oldest goes, an item that is set again is the newest. */
import { expect, it } from "vitest";
import { keep } from "../../src/base/keep.ts";

it("keeps the newest, whatever their keys and values are", () => {
  const items = new Map<number | undefined, string | undefined>();
  keep(items, undefined, "a", 2);
  keep(items, 2, undefined, 2);
  keep(items, undefined, "b", 2);
  keep(items, 3, "c", 2);
  expect([...items]).toEqual([
    [undefined, "b"],
    [3, "c"],
  ]);
  keep(items, 4, "d", 2);
  expect([...items.keys()]).toEqual([3, 4]);
});

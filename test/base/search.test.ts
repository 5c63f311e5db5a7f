import { expect, it } from "vitest";
import { countAtMost } from "../../src/base/search.ts";

it("counts the items with at most that key, as looking at each does", () => {
  for (const keys of [[], [5], [1, 3, 3, 3, 9], [0, 2, 4, 6, 8, 10]]) {
    for (let value = -1; value <= 11; value += 1) {
      const found = countAtMost(keys.length, (i) => keys[i]!, value);
      expect(found).toBe(keys.filter((key) => key <= value).length);
    }
  }
});

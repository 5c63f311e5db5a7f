/** The sorted map against a plain array, through more inserts and removes than chunks can hold. */
import { describe, expect, it } from "vitest";
import { RegionMap } from "../../src/space/regions/region-map.ts";
import { randomSource } from "../helpers/kernel-generator.ts";

function contents(map: RegionMap): [number, number][] {
  const found: [number, number][] = [];
  for (let row = map.first(); row >= 0; row = map.next()) {
    found.push([map.start, map.columns.end[row]!]);
  }
  return found;
}

function put(map: RegionMap, start: number, end: number): void {
  const row = map.columns.allocate();
  map.columns.end[row] = end;
  map.insert(start, row);
}

describe("RegionMap", () => {
  it.each([1, 2, 3])("stays equal to a sorted array, seed %i", (seed) => {
    const random = randomSource(seed);
    const map = new RegionMap();
    let list: number[] = [];
    // Grows to thousands, shrinks to nothing, grows again.
    for (let step = 0; step < 30_000; step += 1) {
      const phase = step % 15_000 < 9_000 ? 0.75 : 0.1;
      const start = Math.floor(random() * 20_000) * 10;
      const has = list.includes(start);
      if (random() < phase) {
        if (!has) {
          put(map, start, start + 5);
          list.push(start);
        }
      } else if (list.length > 0) {
        const victim = list[Math.floor(random() * list.length)]!;
        const row = map.find(victim);
        expect(map.start).toBe(victim);
        map.remove();
        map.columns.release(row);
        list = list.filter((other) => other !== victim);
      }
      if (step % 997 === 0) {
        list.sort((a, b) => a - b);
        expect(contents(map)).toEqual(list.map((s) => [s, s + 5]));
        expect(map.size).toBe(list.length);
      }
    }
    const copy = map.clone();
    expect(contents(copy)).toEqual(contents(map));
    copy.first();
    copy.remove();
    expect(map.size).toBe(copy.size + 1);
  });

  it("finds the first region that ends above an address", () => {
    const map = new RegionMap();
    for (let n = 0; n < 1000; n += 1) put(map, n * 100, n * 100 + 50);
    for (let n = 0; n < 1000; n += 1) {
      for (const inside of [0, 49]) {
        map.find(n * 100 + inside);
        expect(map.start).toBe(n * 100);
      }
      for (const behind of [50, 99]) {
        const row = map.find(n * 100 + behind);
        if (n === 999) expect(row).toBe(-1);
        else expect(map.start).toBe((n + 1) * 100);
      }
    }
    map.find(500 * 100 + 60);
    map.previous();
    expect(map.start).toBe(500 * 100);
  });

  it("is empty at first and again at last", () => {
    const map = new RegionMap();
    expect(map.find(0)).toBe(-1);
    expect(map.first()).toBe(-1);
    expect(map.rowBelow).toBe(-1);
    put(map, 10, 20);
    expect(map.find(15)).toBeGreaterThanOrEqual(0);
    map.remove();
    expect(map.find(0)).toBe(-1);
    expect(map.size).toBe(0);
  });
});

/** The sorted map in small: every question asked of maps of a few chunks, and the rows that they sort. */
import { describe, expect, it } from "vitest";
import { RegionMap } from "../../src/space/regions/region-map.ts";

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

/** Numbers below `count` in an order that goes through all of them, in strides of `by`. */
function order(count: number, by: number): number[] {
  return Array.from({ length: count }, (_, n) => (n * by) % count);
}

/** Every way to ask for the regions 10 n to 10 n + 5, `n` from `list`, must give them. */
function expectAll(map: RegionMap, list: readonly number[]): void {
  const sorted = [...list].sort((a, b) => a - b);
  expect(contents(map)).toEqual(sorted.map((n) => [n * 10, n * 10 + 5]));
  expect(map.size).toBe(sorted.length);
  sorted.forEach((n, i) => {
    // From the region before, from far away, and from where the cursor already is.
    for (const address of [n * 10, n * 10 + 4]) {
      const row = map.find(address);
      expect([map.start, map.row, map.columns.end[row]]).toEqual([n * 10, row, n * 10 + 5]);
    }
    const below = sorted[i - 1];
    expect(map.rowBelow < 0).toBe(below === undefined);
    if (below !== undefined) {
      expect(map.startOfRowBelow).toBe(below * 10);
      expect(map.columns.end[map.rowBelow]).toBe(below * 10 + 5);
      expect(map.find(below * 10 + 5)).toBe(map.row);
      expect(map.start).toBe(n * 10);
      expect([map.previous() >= 0, map.start]).toEqual([true, below * 10]);
      expect([map.next() >= 0, map.start]).toEqual([true, n * 10]);
    } else {
      expect([map.previous(), map.start]).toEqual([-1, n * 10]);
    }
  });
  const last = sorted[sorted.length - 1];
  if (last === undefined) return;
  expect([map.find(last * 10 + 5), map.row]).toEqual([-1, -1]);
  expect([map.previous() >= 0, map.start]).toEqual([true, last * 10]);
}

describe("RegionMap of a few chunks", () => {
  // 150 regions are five chunks or more, so that the four that there is room for at first must grow.
  const count = 150;

  it.each([1, 149, 7, 77])(
    "put in by strides of %i, and taken out by the same and another",
    (by) => {
      for (const out of [1, 149, 91]) {
        const map = new RegionMap();
        const list: number[] = [];
        for (const n of order(count, by)) {
          put(map, n * 10, n * 10 + 5);
          // The cursor is on what was put in.
          expect(map.start).toBe(n * 10);
          list.push(n);
          if (list.length % 50 === 0) expectAll(map, list);
        }
        const gone = order(count, out);
        for (const [i, n] of gone.entries()) {
          const row = map.find(n * 10);
          const next = list.filter((other) => other > n).sort((a, b) => a - b)[0];
          map.remove();
          map.columns.release(row);
          list.splice(list.indexOf(n), 1);
          // The cursor is on what lies above.
          expect(map.row < 0 ? undefined : map.start).toBe(
            next === undefined ? undefined : next * 10,
          );
          if (i % 37 === 36 || list.length < 4) expectAll(map, list);
        }
      }
    },
  );

  it("filled in order, and then between", () => {
    const map = new RegionMap();
    const list: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const row = map.columns.allocate();
      map.columns.end[row] = n * 20 + 5;
      map.append(n * 20, row);
      expect(map.start).toBe(0);
      list.push(n * 2);
    }
    expectAll(map, list);
    for (const n of order(count, 77)) {
      put(map, n * 20 + 10, n * 20 + 15);
      list.push(n * 2 + 1);
    }
    expectAll(map, list);
  });

  it("with a start that moves, at the edge of a chunk as well", () => {
    const map = new RegionMap();
    for (let n = 0; n < count; n += 1) put(map, n * 10, n * 10 + 5);
    for (let n = 0; n < count; n += 1) {
      map.find(n * 10);
      map.setStart(n * 10 + 3);
      // From another place: the index of chunks must know.
      map.find(n < 75 ? 1495 : 0);
      expect(map.find(n * 10) >= 0 && map.start).toBe(n * 10 + 3);
      expect(map.find(n * 10 + 3) >= 0 && map.start).toBe(n * 10 + 3);
    }
    expect(contents(map)).toEqual(
      Array.from({ length: count }, (_, n) => [n * 10 + 3, n * 10 + 5]),
    );
  });

  it("with a region that reaches over where the next chunk began", () => {
    const map = new RegionMap();
    for (let n = 0; n < count; n += 1) put(map, n * 10, n * 10 + 5);
    for (let n = 1; n < count; n += 1) {
      map.find(n * 10);
      map.setStart(n * 10 + 3);
      const below = map.find((n - 1) * 10 + 4);
      map.columns.end[below] = n * 10 + 2;
      // From far away, so that the cursor is no help.
      map.find(n < 75 ? 1494 : 0);
      expect([map.find(n * 10 + 1), map.columns.end[map.row]]).toEqual([below, n * 10 + 2]);
    }
  });

  it("copied, and each goes its own way", () => {
    const map = new RegionMap();
    const all = order(count, 7);
    for (const n of all) put(map, n * 10, n * 10 + 5);
    const copy = map.clone();
    expectAll(copy, all);
    for (const n of all.slice(0, 100)) {
      const row = copy.find(n * 10);
      copy.remove();
      copy.columns.release(row);
    }
    expectAll(copy, all.slice(100));
    expectAll(map, all);
    for (const n of all.slice(0, 100)) put(copy, n * 10, n * 10 + 5);
    put(map, 5000, 5005);
    expectAll(copy, all);
    expectAll(map, [...all, 500]);
  });
});

describe("the rows of regions", () => {
  it("keep what is in them while they grow, are copied and reused", () => {
    const { columns } = new RegionMap();
    const fields = ["end", "offset", "mode", "backing", "mapping", "born", "since"] as const;
    const fill = (row: number) => {
      fields.forEach((field, n) => {
        columns[field][row] = row * 10 + n;
      });
    };
    const held = (one: typeof columns, row: number) => fields.map((field) => one[field][row]);
    const of = (row: number) => fields.map((_, n) => row * 10 + n);
    // Twice as many as there is room for at first.
    for (let row = 0; row < 130; row += 1) {
      expect(columns.allocate()).toBe(row);
      fill(row);
    }
    for (let row = 0; row < 130; row += 1) expect(held(columns, row)).toEqual(of(row));
    const copy = columns.clone();
    for (let row = 0; row < 130; row += 1) expect(held(copy, row)).toEqual(of(row));
    expect(columns.duplicate(5)).toBe(130);
    expect(held(columns, 130)).toEqual(of(5));
    // All are given back, more than the list of free ones holds at first, and come again last first.
    for (let row = 0; row < 131; row += 1) columns.release(row);
    const again = Array.from({ length: 131 }, () => columns.allocate());
    expect(again).toEqual(Array.from({ length: 131 }, (_, n) => 130 - n));
    expect(columns.allocate()).toBe(131);
    // The copy has none of these.
    expect(copy.allocate()).toBe(130);
    copy.release(7);
    const third = copy.clone();
    expect([third.allocate(), third.allocate(), copy.allocate()]).toEqual([7, 131, 7]);
  });
});

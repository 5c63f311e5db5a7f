import { describe, expect, it } from "vitest";
import {
  advise,
  copy,
  fill,
  isMapped,
  mapAnonymous,
  minorFaults,
  Peephole,
  protect,
  remap,
  touch,
  unmap,
} from "../../src/ffi/own-memory.ts";

const page = 4096;
const readWrite = 3;
const privateAnonymous = 0x22;
const noHugePages = 15;

function mapped(pages: number): number {
  const at = mapAnonymous(0, pages * page, readWrite, privateAnonymous);
  expect(at).toBeGreaterThan(0);
  return at;
}

describe("the mapping calls", () => {
  it("give addresses, 0, or the error's number below zero", () => {
    const at = mapped(2);
    expect(remap(at, 2 * page, 2 * page, 0)).toBe(at);
    expect(protect(at, page, 1)).toBe(0);
    expect(protect(at + 1, page, 1)).toBe(-22);
    expect(mapAnonymous(0, 0, readWrite, privateAnonymous)).toBe(-22);
    expect(unmap(at, 2 * page)).toBe(0);
    expect(unmap(at + 1, page)).toBe(-22);
  });

  it("move bytes as they are", () => {
    const at = mapped(2);
    fill(at, 9, page);
    copy(at + page, at, 100);
    expect([touch(at + page + 99), touch(at + page + 100)]).toEqual([9, 0]);
    unmap(at, 2 * page);
  });

  it("count this thread's faults, one a page", () => {
    const at = mapped(512);
    advise(at, 512 * page, noHugePages);
    const before = minorFaults();
    fill(at, 1, 512 * page);
    const first = minorFaults() - before;
    fill(at, 2, 512 * page);
    const second = minorFaults() - before - first;
    expect(first).toBeGreaterThanOrEqual(512);
    expect(first).toBeLessThan(600);
    expect(second).toBeLessThan(50);
    unmap(at, 512 * page);
  });
});

describe("a peephole", () => {
  it("looks where a program would be ended, and is ready for the next look", () => {
    const hole = new Peephole();
    const at = mapped(1);
    expect([hole.peek(at), hole.poke(at, 200), hole.peek(at)]).toEqual([0, true, 200]);
    expect(hole.peek(page)).toBeUndefined(); // below mmap_min_addr
    expect(hole.poke(page, 3)).toBe(false);
    expect(hole.peek(-22)).toBeUndefined();
    expect(hole.peek(at)).toBe(200);
    expect(isMapped(at, page)).toBe(true);
    unmap(at, page);
    expect(isMapped(page, page)).toBe(false);
    hole.close();
  });
});

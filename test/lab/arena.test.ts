import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mapFlags, mremapFlags, prot } from "../../src/events/flags.ts";
import { mapAnonymous, unmap } from "../../src/ffi/own-memory.ts";
import { Arena, pageBytes, readWrite } from "../../src/lab/arena.ts";
import { framesOf, sameFrames } from "../../src/lab/page-frames.ts";

let arena: Arena;
beforeEach(() => {
  arena = new Arena(256);
});
afterEach(() => arena.close());

const anonymous = mapFlags.private + mapFlags.anonymous;
const { mayMove } = mremapFlags;

describe("an arena", () => {
  it("is empty until something is mapped, and marks what is", () => {
    expect([arena.isMapped(arena.at(3)), arena.peek(arena.at(3))]).toEqual([false, undefined]);
    arena.map(3, 2, { mark: 5 });
    expect([2, 3, 4, 5].map((page) => arena.peek(arena.at(page)))).toEqual([
      undefined,
      5,
      6,
      undefined,
    ]);
    expect([arena.holds(arena.at(3), 2, 5), arena.holds(arena.at(3), 3, 5)]).toEqual([true, false]);
    expect(arena.readablePages(arena.at(3), 9)).toBe(2);
  });

  it("reads and writes what may be read and written, and nothing else", () => {
    const at = arena.map(0, 1, { prot: prot.read });
    expect([arena.poke(at, 7), arena.peek(at)]).toEqual([false, 0]);
    const none = arena.map(1, 1, { prot: 0 });
    expect([arena.isMapped(none), arena.peek(none), arena.poke(none, 7)]).toEqual([
      true,
      undefined,
      false,
    ]);
    const writable = arena.map(2, 1);
    expect([arena.poke(writable + 9, 7), arena.peek(writable + 9)]).toEqual([true, 7]);
  });

  it("clears away what was moved out of it", () => {
    const at = arena.map(0, 4, { mark: 1 });
    arena.map(4, 1);
    const moved = arena.remap(at, 4 * pageBytes, 8 * pageBytes, mayMove);
    expect(arena.peek(moved)).toBe(1);
    arena.clear();
    expect([at, arena.at(4), moved].map((one) => arena.isMapped(one))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("leaves alone what others have mapped where something of its own was once", () => {
    arena.map(0, 4, { mark: 1 });
    arena.map(4, 1);
    const moved = arena.remap(arena.at(0), 4 * pageBytes, 8 * pageBytes, mayMove);
    const back = arena.remap(
      moved,
      8 * pageBytes,
      8 * pageBytes,
      mayMove + mremapFlags.fixed,
      arena.at(64),
    );
    expect(back).toBe(arena.at(64));
    const fixed = anonymous + mapFlags.fixedNoReplace;
    expect(mapAnonymous(moved, pageBytes, readWrite, fixed)).toBe(moved);
    arena.clear();
    expect(arena.isMapped(moved)).toBe(true);
    unmap(moved, pageBytes);
  });

  it("finds another place where the first is taken", () => {
    expect(arena.start).toBe(0x4800_0000_0000);
    arena.map(0, 1);
    const second = new Arena(256);
    expect(second.start).not.toBe(arena.start);
    second.close();
    expect(arena.isMapped(arena.at(0))).toBe(true);
  });
});

describe("page frames", () => {
  it("tell a move from a copy, to those who may see them", () => {
    const at = arena.map(0, 8, { mark: 1 });
    const copy = arena.map(16, 8, { mark: 1 });
    const frames = framesOf(at, 8);
    if (frames === undefined) return; // hidden from this user
    expect(sameFrames(frames, framesOf(at, 8))).toBe("the same, not copies");
    expect(sameFrames(frames, framesOf(copy, 8))).toBe("0 of 8 the same");
    expect(framesOf(arena.at(100), 1)).toBeUndefined();
  });

  it("say nothing where one side is hidden", () => {
    expect(sameFrames(undefined, [1n])).toBeUndefined();
    expect(sameFrames([1n], undefined)).toBeUndefined();
    expect(sameFrames([1n, 2n, 3n], [1n, 2n, 9n])).toBe("the same, not copies");
  });
});

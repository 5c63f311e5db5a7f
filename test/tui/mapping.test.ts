/** The pane of a mapping, where its words have little room. */
import { describe, expect, it } from "vitest";
import { Life } from "../../src/app/explore/life.ts";
import { frameOf } from "../../src/app/explore/space-frame.ts";
import { drawMapping } from "../../src/tui/draw/mapping.ts";
import { createPalette } from "../../src/tui/draw/palette.ts";
import { tapeOf, whole } from "../app/explore-sample.ts";
import { at, maps, scripted } from "../app/replay-sample.ts";

/** Two buffers of one place, of which the upper one stands in the lower one's way. */
function linesOf(width: number): string[] {
  const returnAddress = 0x2000;
  const tape = tapeOf(
    scripted((script) => {
      script.start(1).maps(1, "start", maps("stack"));
      script.map(1, 256, 4, { returnAddress }).map(1, 252, 4, { returnAddress });
      script.move(1, 252, 4, 8, 1024);
    }),
  );
  const seq = tape.reader.eventCount;
  const space = tape.seeker.spaceAt(1, seq)!;
  const { mapping, born } = space.regionAt(at(1024))!;
  const life = new Life(tape, 1, mapping, born);
  whole(life.advance());
  const frame = frameOf(space, 1, seq, []);
  const state = { frame, address: at(1024), life, seq, isFollowing: false };
  return drawMapping(state, width, 12, createPalette("none", true)).map((line) => line.trim());
}

describe("what blocked the last growth", () => {
  it.each([
    [60, ["last   blocked by #2 buffer of the same site", "no gap, needed 16 KiB"]],
    [40, ["last   blocked by #2", "buffer of the same site", "no gap, needed 16 KiB"]],
  ])("is told whole in %d cells", (width, expected) => {
    const lines = linesOf(width);
    const first = lines.findIndex((line) => line.startsWith("last"));
    expect(lines.slice(first, first + expected.length)).toEqual(expected);
  });

  it.each([
    [80, "blocked by #2 buffer of the same site"],
    [60, "blocked by #2"],
    [44, "#2"],
  ])("stands beside the move as far as %d cells have room for it", (width, expected) => {
    const move = linesOf(width).find((line) => line.includes("→ moved"));
    expect(move).toMatch(new RegExp(`KiB {2}${expected}$`));
  });
});

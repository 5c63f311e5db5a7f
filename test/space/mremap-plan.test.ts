/** The steps that an mremap is expected to take, and its result, on Linux 6.17, before it and before 5.13. */
import { describe, expect, it } from "vitest";
import { planMremap } from "../../src/space/calls/mremap-plan.ts";
import { defaultFeatures, type KernelFeatures } from "../../src/space/state/features.ts";
import { at, base, page, spaceOf } from "./helpers.ts";

const [noMemory, fault, invalid] = [-12, -14, -22];
/** The end of user space, and address 0, in pages from the base. */
const last = (defaultFeatures.taskSize - base) / page;
const noHint = -base / page;

describe("the plan of an mremap", () => {
  const ring = `7f0000000000-7f0000004000 rw-p 00000000 00:00 0
7f0000004000-7f0000006000 rw-s 00000000 00:0e 35 /[aio] (deleted)
7f0000008000-7f000000a000 r-xp 00000000 00:00 0 [vdso]
7f0000010000-7f0000014000 rw-s 00002000 fe:00 77 /tmp/x
`;
  const plan = (
    start: number,
    old: number,
    now: number,
    flags: number,
    to: number,
    features: Partial<KernelFeatures> = {},
  ) => {
    const space = spaceOf(ring, { features: { ...defaultFeatures, ...features } });
    const { result, steps } = planMremap(space, {
      address: at(start),
      oldLength: old * page,
      newLength: now * page,
      flags,
      newAddress: at(to),
    });
    const number = (address: number | undefined) =>
      address === undefined || address < base ? address : (address - base) / page;
    const texts = steps.map((step) => {
      switch (step.step) {
        case "unmap": {
          const range = `${number(step.start)}-${number(step.end)}`;
          return `${step.shrinks ? "shrink" : "unmap"} ${range}`;
        }
        case "grow":
          return `grow ${number(step.end)}-${number(step.newEnd)}`;
        default: {
          const from = `${number(step.from)}+${step.length / page}`;
          return `${step.step} ${from} to ${number(step.to)}+${step.newLength / page}`;
        }
      }
    });
    return [number(result), ...texts];
  };
  const old = { moveSeveral: false };

  it.each<[string, ReturnType<typeof plan>, ReturnType<typeof plan>]>([
    ["nothing for the same size", plan(0, 2, 2, 1, 0), [0]],
    ["less", plan(0, 4, 1, 0, 0), [0, "shrink 1-4"]],
    ["growth to the gap's end", plan(16, 4, 6, 0, 0), [16, "grow 20-22"]],
    ["growth without room, which may not move", plan(0, 4, 5, 0, 0), [noMemory]],
    ["growth without room", plan(0, 4, 5, 1, 0), [undefined, "move 0+4 to undefined+5"]],
    [
      "growth without room, below a place",
      plan(0, 4, 5, 1, 0, { placeBelow: at(40) }),
      [35, "move 0+4 to 35+5"],
    ],
    ["growth from within", plan(0, 2, 3, 0, 0), [noMemory]],
    ["growth of what is fixed in size", plan(8, 2, 3, 1, 0), [fault]],
    ["a second mapping", plan(17, 0, 2, 1, 0), [undefined, "duplicate 17+0 to undefined+2"]],
    ["a second mapping of private memory", plan(0, 0, 2, 1, 0), [invalid]],
    [
      "a second mapping there",
      plan(17, 0, 2, 3, 30),
      [30, "unmap 30-32", "duplicate 17+0 to 30+2"],
    ],
    [
      "a second mapping onto itself, whose source is lost",
      plan(17, 0, 2, 3, 17),
      [fault, "unmap 17-19"],
    ],
    [
      "a second mapping beside itself",
      plan(17, 0, 1, 3, 18),
      [18, "unmap 18-19", "duplicate 17+0 to 18+1"],
    ],
    ["a larger one", plan(1, 2, 3, 3, 30), [30, "unmap 30-33", "move 1+2 to 30+3"]],
    ["a smaller one", plan(0, 4, 1, 3, 30), [30, "unmap 30-31", "shrink 1-4", "move 0+1 to 30+1"]],
    ["one of its size", plan(1, 2, 2, 3, 30), [30, "unmap 30-32", "move 1+2 to 30+2"]],
    ["one that stays", plan(1, 2, 2, 7, 30), [30, "unmap 30-32", "moveAndKeep 1+2 to 30+2"]],
    [
      "one that stays, somewhere",
      plan(1, 2, 2, 5, noHint),
      [undefined, "moveAndKeep 1+2 to undefined+2"],
    ],
    ["one that stays, at a hint", plan(1, 2, 2, 5, 30), [30, "moveAndKeep 1+2 to 30+2"]],
    ["a whole VMA below another", plan(0, 4, 4, 3, 30), [30, "unmap 30-34", "move 0+4 to 30+4"]],
    [
      "one up to the very end of user space",
      plan(1, 2, 2, 3, last - 2),
      [last - 2, `unmap ${last - 2}-${last}`, `move 1+2 to ${last - 2}+2`],
    ],
    ["one beyond it", plan(1, 2, 2, 3, last - 1), [invalid]],
    ["one that stays, fixed in size", plan(8, 2, 2, 5, 30), [invalid]],
    ["one that stays, fixed in size, there", plan(8, 2, 2, 7, 30), [invalid]],
    ["one that is fixed in size", plan(8, 2, 2, 3, 30), [30, "unmap 30-32", "move 8+2 to 30+2"]],
    ["one with a hole behind it", plan(8, 4, 4, 3, 30), [30, "unmap 30-32", "move 8+2 to 30+2"]],
    ["one from a hole", plan(7, 2, 2, 3, 30), [fault]],
    ["none", plan(12, 2, 2, 3, 30), [fault]],
    ["a ring alone", plan(4, 2, 2, 3, 30), [30, "unmap 30-32", "move 4+2 to 30+2"]],
    ["a part of a ring", plan(4, 1, 1, 3, 30), [30, "unmap 30-31", "move 4+1 to 30+1"]],
    ["a ring with more behind it", plan(4, 3, 3, 3, 30), [fault]],
    ["a ring behind another", plan(3, 2, 2, 3, 30), [fault, "unmap 30-31", "move 3+1 to 30+1"]],
    [
      "several, with what lies between",
      plan(8, 10, 10, 3, 30),
      [30, "unmap 30-32", "move 8+2 to 30+2", "unmap 38-40", "move 16+2 to 38+2"],
    ],

    // Before Linux 6.17: one VMA, and the destination goes before anything is checked.
    [
      "before 6.17, one of its size",
      plan(1, 2, 2, 3, 30, old),
      [30, "unmap 30-32", "move 1+2 to 30+2"],
    ],
    ["before 6.17, several", plan(8, 10, 10, 3, 30, old), [fault, "unmap 30-40"]],
    ["before 6.17, none", plan(12, 2, 2, 3, 30, old), [fault]],
    [
      "before 6.17, too long, smaller",
      plan(2, 6, 1, 3, 30, old),
      [30, "unmap 30-31", "shrink 3-8", "move 2+1 to 30+1"],
    ],
    ["before 6.17, too long, larger", plan(2, 3, 4, 3, 30, old), [fault, "unmap 30-34"]],
    ["before 6.17, fixed in size", plan(8, 2, 3, 3, 30, old), [fault, "unmap 30-33"]],
    [
      "before 6.17, fixed in size, of its size",
      plan(8, 2, 2, 3, 30, old),
      [30, "unmap 30-32", "move 8+2 to 30+2"],
    ],
    [
      "before 6.17, one that stays, fixed in size",
      plan(8, 2, 2, 7, 30, old),
      [invalid, "unmap 30-32"],
    ],
    ["before 6.17, private memory twice", plan(0, 0, 2, 3, 30, old), [invalid, "unmap 30-32"]],
    ["on 6.17, too long", plan(2, 3, 4, 3, 30), [fault]],

    // Before Linux 5.13: MREMAP_DONTUNMAP for private anonymous memory alone.
    ["before 5.13, a file stays", plan(16, 2, 2, 5, 0, { ...old, dontUnmapAny: false }), [invalid]],
    [
      "before 5.13, a file stays, there",
      plan(16, 2, 2, 7, 30, { ...old, dontUnmapAny: false }),
      [invalid, "unmap 30-32"],
    ],
    [
      "before 5.13, private memory stays",
      plan(1, 2, 2, 5, 30, { ...old, dontUnmapAny: false }),
      [30, "moveAndKeep 1+2 to 30+2"],
    ],
    [
      "before 5.13, a file moves",
      plan(16, 2, 2, 3, 30, { ...old, dontUnmapAny: false }),
      [30, "unmap 30-32", "move 16+2 to 30+2"],
    ],
    ["since 5.13, a file stays", plan(16, 2, 2, 5, 30, old), [30, "moveAndKeep 16+2 to 30+2"]],
  ])("%s", (_, planned, expected) => {
    expect(planned).toEqual(expected);
  });
});

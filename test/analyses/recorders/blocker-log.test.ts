/** The log of blockers by itself: which growths it looks at, and that many keep their rows. */
import { expect, it } from "vitest";
import { blockerKinds } from "../../../src/analyses/recorders/blocker-kind.ts";
import { BlockerLog } from "../../../src/analyses/recorders/blocker-log.ts";
import { GrowthRecorder } from "../../../src/analyses/recorders/growth-recorder.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { at, maps, page } from "../../app/replay-sample.ts";
import type { EventRow } from "../../store/batches.ts";
import { brk, remap } from "../growths.ts";
import { passed } from "../passed.ts";

const needs = { growth: GrowthRecorder, blockers: BlockerLog };

it("looks above growths that wanted room, and at no others", () => {
  const rows = [
    remap({ from: 0, old: 2, now: 9, errno: 12, how: 0 }),
    remap({ from: 0, old: 2, now: 9, errno: 14 }),
    remap({ from: 0, old: 2, now: 2, to: 0.5, errno: 12, how: 3 }), // asks for no more
    remap({ from: 0, old: 2, now: 3 }),
    remap({ from: 0, old: 3, now: 9, to: 50, how: 3 }),
    remap({ from: 50, old: 9, now: 12, to: 70 }),
    { kind: kindCodes.munmap, args: [at(70), page] },
    brk(9, 2),
  ];
  const { growth, blockers } = passed(needs, rows, { maps: maps("heap", "rw-p 0-2", "rw-p 4-5") });
  expect(Array.from(blockers.growthRow.subarray(0, blockers.length))).toEqual([0, 5, 6]);
  expect(growth.log.seq[blockers.growthRow[2]!]).toBe(8);
});

it("looks at none where nobody knows what was mapped", () => {
  const rows = [remap({ from: 0, old: 2, now: 9, to: 20 })];
  expect(passed(needs, rows, { maps: undefined }).blockers.length).toBe(0);
});

it("keeps every column of many rows", () => {
  const count = 150;
  const from = (i: number) => 1000 * (i + 1);
  // Mapping i + 1 grows and is refused; its blocker i + 1 pages above is mapping count + i + 1.
  const lines = Array.from({ length: count }, (_, i) => `rw-p ${from(i)}-${from(i) + 2}`);
  const put = (i: number): EventRow => ({
    kind: kindCodes.mmap,
    args: [0, (i + 1) * page, 3, 0x22, -1, 0],
    result: at(from(i) + 3 + i),
  });
  const grow = (i: number) => remap({ from: from(i), old: 2, now: 4 + i, errno: 12, how: 0 });
  const numbers = [...Array(count).keys()];
  const rows = [...numbers.map(put), ...numbers.map(grow)];
  const { blockers } = passed(needs, rows, { maps: maps(...lines) });
  const column = (
    name: "mapping" | "start" | "end" | "gapBytes" | "needBytes" | "ageNanos" | "file",
  ) => Array.from(blockers[name].subarray(0, blockers.length));
  expect(blockers.length).toBe(count);
  expect(column("mapping")).toEqual(numbers.map((i) => count + i + 1));
  expect(column("start")).toEqual(numbers.map((i) => at(from(i) + 3 + i)));
  expect(column("end")).toEqual(numbers.map((i) => at(from(i) + 4 + 2 * i)));
  expect(column("gapBytes")).toEqual(numbers.map((i) => (1 + i) * page));
  expect(column("needBytes")).toEqual(numbers.map((i) => (2 + i) * page));
  // Each growth is as many events after its blocker's birth as there are growths.
  expect(column("ageNanos")).toEqual(numbers.map(() => count * 1000));
  expect(column("file")).toEqual(numbers.map(() => 0));
  expect(
    new Set(Array.from(blockers.kind.subarray(0, count), (code) => blockerKinds[code])),
  ).toEqual(new Set(["anonymous"]));
  expect(Array.from(blockers.growthRow.subarray(0, count))).toEqual(numbers);
});

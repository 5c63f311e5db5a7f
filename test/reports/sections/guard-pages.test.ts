import { expect, it } from "vitest";
import type { GuardPagesData } from "../../../src/analyses/guard-pages.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { guardPagesSection } from "../../../src/reports/sections/guard-pages.ts";

const maker = { site: "start_thread", made: 1234, bytes: 5 * 1024 ** 2, atEnd: 7, firstSeq: 12 };
const other = { site: "arena_new", made: 56, bytes: 64 * 1024, atEnd: 8, firstSeq: 15 };
const data: GuardPagesData = {
  mostPages: 16,
  made: 1290,
  found: 3,
  processes: {
    rows: [
      {
        process: 1,
        name: "4121 served",
        mostAtOnce: 900,
        mostSeq: 99,
        regionsThen: 2100,
        atEnd: 15,
      },
    ],
    more: 0,
  },
  makers: { rows: [maker, other], more: 0 },
};
const facts = { growthPoints: { points: [], oneIn: 1 }, durationNanos: 1 };

it("shows who made them, and who had how many", () => {
  expect(guardPagesSection.tables(data, plainStyle)).toEqual([
    [
      "  made by        made   bytes  at the end",
      "  start_thread  1,234   5 MiB           7",
      "  arena_new        56  64 KiB           8",
    ],
    [
      "  process      most at once  of regions  at the end",
      "  4121 served           900       2,100          15",
    ],
  ]);
});

it("draws a bar for each maker, and nothing where there is nothing to compare", () => {
  const { plot } = guardPagesSection;
  if (!("draw" in plot)) throw new Error("it has a picture");
  const drawn = plot.draw(data, facts)?.text;
  expect(drawn).toMatch(/start_thread.*1,234.*arena_new.*56/s);
  const alone = { ...data, makers: { rows: [maker], more: 0 } };
  expect(plot.draw(alone, facts)).toBeUndefined();
});

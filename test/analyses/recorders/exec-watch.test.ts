/** The watch over writable code: what it notes of one mapping, and how much it keeps. */
import { describe, expect, it } from "vitest";
import { ExecWatch } from "../../../src/analyses/recorders/exec-watch.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { at, page } from "../../space/helpers.ts";
import { PassByHand } from "./pass-by-hand.ts";

const [read, write, exec, both] = [1, 3, 5, 7];

function watched(mapsText = ""): { run: PassByHand; watch: ExecWatch } {
  const run = new PassByHand({ siteOf: (batch, row) => batch.returnAddress[row]!, name: String });
  const watch = run.pass.recorderOf(ExecWatch);
  run.begin(1, mapsText);
  return { run, watch };
}

describe("a note", () => {
  it("says who, when, where and of what", () => {
    const { run, watch } = watched();
    run.map(4, 3, { prot: both, returnAddress: 9 });
    expect(watch.notes).toEqual([
      {
        process: 1,
        seq: 2,
        mapping: 1,
        start: at(4),
        bytes: 3 * page,
        site: 9,
        file: 0,
        how: "atOnce",
        partly: false,
      },
    ]);
  });

  it("is of each region that was both when its space began, with the file behind it", () => {
    const line = (place: number, permissions: string, inode: number, path = "") =>
      `${at(place).toString(16)}-${at(place + 2).toString(16)} ${permissions} 00000000 01:02 ${inode} ${path}\n`;
    const maps = [
      line(0, "rwxp", 0),
      line(2, "rw-p", 0),
      line(4, "r-xp", 7, "/lib/a.so"),
      line(6, "rwxp", 7, "/lib/a.so"),
    ];
    const { run, watch } = watched(maps.join(""));
    const backing = run.spaces.get(1)!.regionAt(at(6))!.backing;
    expect(run.pass.files.get(backing)?.path).toBe("/lib/a.so");
    const note = { process: 1, seq: 0, bytes: 2 * page, site: 0, how: "atOnce", partly: false };
    expect(watch.notes).toEqual([
      { ...note, mapping: 1, start: at(0), file: 0 },
      { ...note, mapping: 4, start: at(6), file: backing },
    ]);
  });

  const turns: readonly (readonly [string, number, readonly number[], string | undefined])[] = [
    ["code that is written", exec, [write], "inTurn"],
    ["data that is executed", write, [exec], "inTurn"],
    ["code that is only read", exec, [read], undefined],
    ["reserved, written, executed", 0, [write, exec], "inTurn partly"],
    ["reserved, executed, written", 0, [exec, write], "inTurn"],
    ["reserved, then both at once", 0, [both], "atOnce"],
    ["written again and again", write, [read, write, read, write], undefined],
    ["executed again and again", exec, [read, exec], undefined],
    ["reserved, then executed twice", 0, [exec, exec], undefined],
  ];
  it.each(turns)("%s", (_, born, later, expected) => {
    const { run, watch } = watched();
    run.map(0, 2, { prot: born });
    for (const prot of later) run.protect(0, 2, prot);
    const told = watch.notes.map(({ how, partly }) => (partly ? `${how} partly` : how));
    expect(told).toEqual(expected === undefined ? [] : [expected]);
  });

  it("is made once of a mapping, whatever comes after", () => {
    const { run, watch } = watched();
    run.map(0, 2, { prot: write });
    for (const prot of [exec, write, both, exec]) run.protect(0, 2, prot);
    expect(watch.notes).toMatchObject([{ how: "inTurn", seq: 3 }]);
  });

  it("is made of what a call covers, and of no neighbour", () => {
    const { run, watch } = watched();
    for (const place of [0, 2, 4]) run.map(place, 2, { prot: write });
    // A length within a page means the whole page.
    run.call({ kind: kindCodes.mprotect, args: [at(2), page + 1, exec] });
    expect(watch.notes).toMatchObject([{ mapping: 2, start: at(2), bytes: 2 * page }]);
  });

  it("is not made of calls that fail, nor of other calls", () => {
    const { run, watch } = watched();
    run.map(0, 2, { prot: both, result: -12 }).map(0, 2, { prot: write });
    run.protect(0, 2, exec, { result: -13 });
    // The third argument of another call may look like one.
    run.call({ kind: kindCodes.madvise, args: [at(0), 2 * page, exec] });
    expect(watch.notes).toEqual([]);
  });

  it("is one of ten thousand that are kept; those beyond are counted", () => {
    const { run, watch } = watched();
    for (let i = 0; i < 10_002; i += 1) run.map(0, 1, { prot: both });
    expect([watch.notes.length, watch.dropped]).toEqual([10_000, 2]);
  });
});

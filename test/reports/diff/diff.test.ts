/** A diff as text, to the letter. */
import { describe, expect, it } from "vitest";
import { createStyle, plainStyle } from "../../../src/base/style.ts";
import { diffText } from "../../../src/reports/diff/diff.ts";
import { ascii, colours, painted } from "../painted.ts";

import { bare, many, metric, result, sentence } from "./diff-sample.ts";

describe("the text", () => {
  it("has the sentence, the sides, figures, sites, growths and conditions", () => {
    expect(painted(diffText(result, colours))).toEqual({
      text: `\
${sentence}
A  recording 3 in a.db   python3 grow.py   exit 0   1.84 s   exact
B  recording 4 in b\\x1b.db   python3 grow.py   diverged
caution: B is not fini\\x1bshed

                     A       B      change
growths            500     512         +12        +2.4 %
moved               12     430        +418      +3,483 %
moved-share      2.4 %    84 %  +82 points      +3,400 %
refused              4       1          −3         −75 %
mremap-time     3.1 ms  3.1 ms
peak         not known  64 MiB
brk                  0       9          +9  from nothing
point              2 %     3 %    +1 point         +50 %

sites: 1 new, 1 gone, 1 changed, 1 the same
  ● new      grow (g.c:1) in sed  mremap 7, moved 3
  ○ gone     unknown program      mremap 1,200, failed 8
    changed  x\\x1b in sed         mmap 5 → 6, moved 1, refused 2 → 0

1,101 growths paired by site, size and order, 3 with the same outcome; 2 only in A; 4 only in B
  grow (g.c:1) in sed  mremap of 64 KiB to 128 KiB  1,000 + ⇢ → in place, now moved; first @10 in A, @11 in B
  grow (g.c:1) in sed  mremap of 64 KiB to 128 KiB  5 → ⇢ × moved, now refused; first @12 in A, @13 in B
  sed                  brk                          1 − ⇢ + shrunk, now in place; first @14 in A, @15 in B

met      moved>+10%      12 → 430 (+418, +3,483 %)
clear    mremap-time>+0  3.1 ms → 3.1 ms (no change)
unknown  peak>+1%        cannot be told: a figure is missing in one of the two`,
      roles: [
        `strong ${sentence}`,
        "attention caution: B is not fini\\x1bshed",
        ...["A", "B", "change"].map((name) => `quiet ${name}`),
        ...["quiet +12", "quiet +2.4 %", "attention +418", "quiet +3,483 %"],
        ...["attention +82 points", "quiet +3,400 %", "good −3", "quiet −75 %"],
        ...["quiet +9", "quiet from nothing", "quiet +1 point", "quiet +50 %"],
        ...["quiet ●", "quiet ○"],
        ...["good +", "attention →", "attention →", "bad ×", "quiet −", "good +"],
        ...["bad met", "good clear", "bad unknown"],
      ],
    });
  });

  it("speaks ASCII where there is nothing else", () => {
    const text = diffText({ ...result, matchedBy: "call" }, ascii);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
    expect(text).toMatch(/^[\u0000-\u007f]*$/);
    expect(text).toContain("moved growths 12 -> 430 (of 500 -> 512)");
    expect(text).toContain("calls by program: 1 new");
    expect(text).toContain("1,000 + to > in place, now moved");
    expect(text).toContain("mmap 5 -> 6");
    expect(text).toContain("-75 %");
    expect(text).toContain("12 -> 430 (+418");
  });

  it("has twelve sites and eight growths, and is cut to the terminal", () => {
    const tail = (count: number) =>
      diffText(many(count), plainStyle)
        .split("\n")
        .filter((line) => line.includes("see --json"));
    expect(tail(8)).toEqual([]);
    expect(tail(9)).toEqual(["  and 1 more: see --json"]);
    expect(tail(12)).toEqual(["  and 4 more: see --json"]);
    expect(tail(1513)).toEqual(["  and 1,501 more: see --json", "  and 1,505 more: see --json"]);
    const narrow = createStyle({ colour: false, unicode: true, width: 30 });
    expect(diffText(result, narrow).split("\n")[0]).toBe("moved growths 12 → 430 (of 50…");
  });

  it("paints more as worse where it is, and less as better", () => {
    const role = (name: string, a: number, b: number | null) => {
      const metrics = [...bare.metrics, metric(name, "count", a, b, 1)];
      return painted(diffText({ ...bare, metrics }, colours))
        .roles.slice(4)
        .map((one) => one.split(" ")[0]);
    };
    for (const name of ["moved", "moved-share", "refused", "failed", "peak", "regions"]) {
      expect([name, role(name, 1, 2)[0], role(name, 2, 1)[0]]).toEqual([name, "attention", "good"]);
    }
    expect([role("growths", 1, 2)[0], role("growths", 2, 1)[0]]).toEqual(["quiet", "quiet"]);
    expect([role("moved", 2, 2), role("moved", 2, null)]).toEqual([[], []]);
  });

  it("has no block of what there is nothing of", () => {
    expect(diffText(bare, plainStyle).split("\n").slice(3)).toEqual([
      "",
      "sites: 0 new, 0 gone, 0 changed, 0 the same",
    ]);
  });
});

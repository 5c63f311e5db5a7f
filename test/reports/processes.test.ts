/** The table of processes: one line each, or folded by program. */
import { describe, expect, it } from "vitest";
import { createStyle, plainStyle } from "../../src/base/style.ts";
import { processLines } from "../../src/reports/processes.ts";
import { processOf } from "./figures.ts";
import { ascii, colours, painted } from "./painted.ts";

const coverage = (status: "full" | "partial" | "none", ...reasons: string[]) => {
  return { coverage: { status, reasons } };
};
const lines = (processes: Parameters<typeof processLines>[0], most: number, style = plainStyle) =>
  processLines(processes, style, { most });

describe("few processes", () => {
  const processes = [
    processOf(1, { exe: "/bin/a", calls: 1500, moved: 0, end: null }),
    processOf(2, {
      exe: "/bin/b\u001b",
      argv: ["b\u001b"],
      moved: 3000,
      ...coverage("partial", "li\u001bb", "more"),
      end: { how: "running", atNanos: 1 },
    }),
    processOf(3, {
      exe: "/bin/c",
      ...coverage("none"),
      end: { how: "killed", status: 0, signal: 11, atNanos: 1 },
    }),
    processOf(4, { exe: "/bin/d", end: { how: "exit", status: 7, atNanos: 1 } }),
  ];

  it("have a line each, with what a reader would not expect", () => {
    expect(painted(lines(processes, 4, colours).join("\n"))).toEqual({
      text: `\
 pid  program   calls  moved  coverage
4121  a         1,500         full
4122  b\\x1b    12,001  3,000  partly: li\\x1bb; more  still running
4123  c        12,001    430  not covered            killed by SIGSEGV
4124  d        12,001    430  full                   exit 7`,
      roles: [
        ...["pid", "program", "calls", "moved", "coverage"].map((name) => `quiet ${name}`),
        "good full",
        "attention partly: li\\x1bb; more",
        "quiet still running",
        "attention not covered",
        "bad killed by SIGSEGV",
        "good full",
      ],
    });
  });

  it("are no lines where there are none", () => {
    expect(lines([], 4)).toEqual([]);
  });

  it("are cut to the terminal, less what stands before them", () => {
    const narrow = createStyle({ colour: false, unicode: false, width: 40 });
    expect(lines(processes, 4, narrow)[2]).toBe("4122  b\\x1b    12,001  3,000  partl...");
    expect(lines(processes, 4, narrow)[2]).toHaveLength(38);
  });
});

describe("many processes", () => {
  it("are folded by program and coverage, those not covered first, then those with most calls", () => {
    const processes = [
      ...[1, 2, 3].map((one) => processOf(one, { exe: "/bin/git", calls: 1000, moved: 500 })),
      processOf(4, { exe: "/bin/sh", calls: 9000, moved: 0 }),
      processOf(5, { exe: "/bin/git", calls: 5, moved: 0, ...coverage("partial", "x") }),
      processOf(6, { exe: "/bin/go", calls: 0, moved: 0, ...coverage("none", "y") }),
      processOf(7, { exe: "/bin/git", calls: 5, moved: 1, ...coverage("partial", "z") }),
    ];
    expect(painted(lines(processes, 6, colours).join("\n"))).toEqual({
      text: `\
processes  program  calls  moved  coverage
        1  go           0         not covered: y
        1  git          5         partly: x
        1  git          5      1  partly: z
        1  sh       9,000         full
        3  git      3,000  1,500  full`,
      roles: [
        ...["processes", "program", "calls", "moved", "coverage"].map((name) => `quiet ${name}`),
        "attention not covered: y",
        "attention partly: x",
        "attention partly: z",
        "good full",
        "good full",
      ],
    });
  });

  it("have the rest in a last line, with how many of it are not covered", () => {
    const many = (count: number, more: object = {}) =>
      Array.from({ length: count }, (_, i) =>
        processOf(i + 1, { exe: `/bin/p${i}`, calls: 1000 - i, moved: 0, ...more }),
      );
    expect(lines(many(5), 4, ascii)).toEqual([
      "processes  program           calls  moved  coverage",
      "        1  p0                1,000         full",
      "        1  p1                  999         full",
      "        1  p2                  998         full",
      "        2  2 other programs  1,993         full",
    ]);
    const partial = many(6, { moved: 700, ...coverage("partial", "r") });
    const { text, roles } = painted(lines(partial, 4, colours).at(-1)!);
    expect(text).toBe("        3  3 other programs  2,988  2,100  3 not full");
    expect(roles).toEqual(["attention 3 not full"]);
    expect(painted(lines(many(5), 4, colours).at(-1)!).roles).toEqual(["good full"]);
    // As many programs as there is room for need no last line.
    const pairs = [...many(4), ...many(4)];
    expect(lines(pairs, 4).at(-1)).toBe("        2  p3       1,994         full");
  });
});

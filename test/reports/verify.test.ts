/** `maptrail verify` as text: every sentence, what is left out, and what is in which colour. */
import { describe, expect, it } from "vitest";
import type { ProcessVerdict, VerifiedRange, VerifyResult } from "../../src/analyses/verify.ts";
import { plainStyle } from "../../src/base/style.ts";
import { verifyLine, verifyText } from "../../src/reports/verify.ts";
import { colours, painted } from "./painted.ts";

const exactOne: ProcessVerdict = {
  process: 1,
  pid: 100,
  program: "sort",
  status: "exact",
  texts: 2,
  ranges: 1200,
  divergences: [],
  divergenceCount: 0,
  harmless: [],
  contradictions: [],
  contradictionCount: 0,
  reason: null,
  note: null,
};
const of = (pid: number, more: Partial<ProcessVerdict> = {}): ProcessVerdict => ({
  ...exactOne,
  process: pid,
  pid,
  ...more,
});
const doubtful = (pid: number, reason: string) => of(pid, { status: "unverifiable", reason });

function resultOf(...processes: readonly ProcessVerdict[]): VerifyResult {
  const count = (status: ProcessVerdict["status"]) =>
    processes.filter((one) => one.status === status).length;
  const counts = { exact: count("exact"), diverged: count("diverged") };
  const status = counts.diverged > 0 ? "diverged" : "exact";
  return { recording: 3, status, ...counts, unverifiable: count("unverifiable"), processes };
}

const anonymous = { permissions: "rw-p", offset: 0, dev: 0, inode: "0", path: "" };
const range: VerifiedRange = {
  seq: 40,
  atNanos: 1_500_000,
  moment: "exit",
  start: 0x7f00_0000_0000,
  end: 0x7f00_0000_3000,
  expected: null,
  actual: anonymous,
  cause: "unrecorded call",
};

describe("the line of trust", () => {
  const lost = "calls are missing";
  const lines: readonly (readonly [string, string, VerifyResult])[] = [
    ["attention", "unverifiable: no process is known", resultOf()],
    ["good", "exact: 1 of 1 process equals the kernel's maps", resultOf(of(1))],
    ["good", "exact: 2 of 2 processes equal the kernel's maps", resultOf(of(1), of(2))],
    [
      "bad",
      "diverged: 1 of 2 processes differs from the kernel's maps",
      resultOf(of(1), of(2, { status: "diverged" })),
    ],
    [
      "bad",
      "diverged: 2 of 3 processes differ from the kernel's maps",
      resultOf(of(1, { status: "diverged" }), of(2, { status: "diverged" }), doubtful(3, lost)),
    ],
    ["attention", `unverifiable: 1 of 1 process (${lost})`, resultOf(doubtful(1, lost))],
    [
      "attention",
      `unverifiable: 3 of 3 processes (${lost}, and 1 more reason)`,
      resultOf(doubtful(1, "it runs on"), doubtful(2, lost), doubtful(3, lost)),
    ],
    [
      "attention",
      `exact: 1 of 2 processes equals the kernel's maps; 1 unverifiable (${lost})`,
      resultOf(of(1), doubtful(2, lost)),
    ],
    [
      "attention",
      "exact: 2 of 5 processes equal the kernel's maps; 3 unverifiable (a, and 2 more reasons)",
      resultOf(of(1), of(2), doubtful(3, "a"), doubtful(4, "b"), doubtful(5, "c")),
    ],
  ];
  it.each(lines)("%s: %s", (role, text, result) => {
    expect(painted(verifyLine(result, colours))).toEqual({ text, roles: [`${role} ${text}`] });
  });
});

describe("what diverged", () => {
  it("is told range by range, with both sides and the likely cause", () => {
    const file = { ...anonymous, permissions: "r-xp", offset: 0x2000, dev: 0x10_0003, inode: "77" };
    const result = resultOf(
      of(7, {
        status: "diverged",
        program: "re\u001bd",
        note: "libfoo.so has a syscall of its own",
        divergences: [
          range,
          {
            ...range,
            seq: 50,
            moment: null,
            expected: { ...anonymous, path: "[heap]" },
            actual: { ...file, path: "/lib/a\u001b.so" },
            cause: "lost calls",
          },
        ],
        divergenceCount: 2,
        contradictions: [
          { seq: 9, call: "munmap", start: 0x1000, end: 0x3000, reason: "nothing is there" },
        ],
        contradictionCount: 1,
      }),
    );
    expect(painted(verifyText(result, colours))).toEqual({
      text: `\
diverged: 1 of 1 process differs from the kernel's maps

pid 7  re\\x1bd
  libfoo.so has a syscall of its own
  0x7f00_0000_0000 + 12 KiB  at @40 (exit), 1.5 ms
    replay  unmapped
    kernel  rw-p anonymous
    cause   likely a call that was not recorded
  0x7f00_0000_0000 + 12 KiB  at @50, 1.5 ms
    replay  rw-p [heap]
    kernel  r-xp 00002000 01:03 77 /lib/a\\x1b.so
    cause   likely calls that are missing from the recording
  impossible  @9 munmap  0x1000 + 8 KiB  nothing is there`,
      roles: [
        "bad diverged: 1 of 1 process differs from the kernel's maps",
        "strong pid 7",
        "quiet libfoo.so has a syscall of its own",
        "bad impossible",
      ],
    });
  });

  it.each([
    ["stack growth", "the stack grew by itself"],
    ["growsdown", "MAP_GROWSDOWN memory grew by itself"],
    ["io_setup ring", "the ring of io_setup"],
    ["unknown result", "a call that never came back"],
    ["uncovered site", "a call that the hook does not cover"],
    ["call before coverage", "a call before the process was covered"],
  ] as const)("has a cause: %s", (cause, words) => {
    const divergences = [{ ...range, cause }];
    const result = resultOf(of(1, { status: "diverged", divergences, divergenceCount: 1 }));
    expect(verifyText(result, plainStyle)).toContain(`\n    cause   likely ${words}`);
  });

  it("shows eight ranges, eight impossible events and twelve processes, and counts the rest", () => {
    const contradiction = { seq: 9, call: "munmap", start: 0, end: 4096, reason: "no" };
    const many = (pid: number, count: number): ProcessVerdict =>
      of(pid, {
        status: "diverged",
        divergences: Array.from({ length: Math.min(count, 9) }, () => range),
        divergenceCount: count,
        contradictions: Array.from({ length: Math.min(count, 9) }, () => contradiction),
        contradictionCount: count,
      });
    const count = (text: string, what: string) => text.split(what).length - 1;
    const exact = verifyText(resultOf(many(1, 8)), plainStyle);
    expect([count(exact, "    cause "), count(exact, "impossible")]).toEqual([8, 8]);
    expect(exact).not.toContain("more");
    const more = verifyText(resultOf(many(1, 1009)), plainStyle);
    expect([count(more, "    cause "), count(more, "  impossible  ")]).toEqual([8, 8]);
    expect(more.split("\n").filter((line) => line.includes("more"))).toEqual([
      "  and 1,001 more ranges",
      "  and 1,001 more impossible events",
    ]);
    const one = verifyText(resultOf(many(1, 9)), plainStyle);
    expect(one).toContain("  and 1 more range\n");
    const processes = (length: number) =>
      verifyText(resultOf(...Array.from({ length }, (_, i) => many(i + 1, 0))), plainStyle);
    expect(count(processes(12), "\npid ")).toBe(12);
    expect(processes(12)).not.toContain("more");
    expect(count(processes(14), "\npid ")).toBe(12);
    expect(processes(14)).toMatch(/\n\nand 2 more processes diverged$/);
    expect(processes(13)).toMatch(/\n\nand 1 more process diverged$/);
  });
});

describe("what is unproven, and what is proven", () => {
  it("is told by reason and by what was compared", () => {
    const grown = (cause: VerifiedRange["cause"]) => ({ ...range, cause });
    const harmless = [grown("stack growth"), grown("growsdown"), grown("stack growth")];
    const result = resultOf(
      doubtful(1, "it runs on"),
      ...[2, 3, 4, 5].map((pid) => doubtful(pid, "calls\u001b are missing")),
      of(6, { harmless }),
      of(7, { texts: 1, ranges: 34, harmless: [grown("io_setup ring")] }),
    );
    expect(painted(verifyText(result, colours))).toEqual({
      text: `\
exact: 2 of 7 processes equal the kernel's maps; 5 unverifiable (calls\\x1b are missing, and 1 more reason)

unverifiable  2 sort, 3 sort, 4 sort and 1 other: calls\\x1b are missing
unverifiable  1 sort: it runs on

exact  2 processes: 1,234 ranges in 3 maps texts
  2 ranges by no call: the stack grew by itself
  1 range by no call: MAP_GROWSDOWN memory grew by itself
  1 range by no call: the ring of io_setup`,
      roles: [
        "attention exact: 2 of 7 processes equal the kernel's maps; 5 unverifiable (calls\\x1b are missing, and 1 more reason)",
        "attention unverifiable",
        "attention unverifiable",
        "good exact",
        "quiet 2 ranges by no call: the stack grew by itself",
        "quiet 1 range by no call: MAP_GROWSDOWN memory grew by itself",
        "quiet 1 range by no call: the ring of io_setup",
      ],
    });
  });

  it("names three processes before it counts", () => {
    const text = verifyText(resultOf(...[2, 3, 4].map((pid) => doubtful(pid, "x"))), plainStyle);
    expect(text).toBe(`\
unverifiable: 3 of 3 processes (x)

unverifiable  2 sort, 3 sort, 4 sort: x`);
  });

  it("is one line of one process", () => {
    expect(verifyText(resultOf(of(1, { texts: 1, ranges: 1 })), plainStyle)).toBe(`\
exact: 1 of 1 process equals the kernel's maps

exact  1 process: 1 range in 1 maps text`);
  });
});

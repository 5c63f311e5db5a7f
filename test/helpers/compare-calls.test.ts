/** The comparison finds each way in which a recording can be wrong. */
import { describe, expect, it } from "vitest";
import { compareCalls, formatComparison, type RecordedCall } from "./compare-calls.ts";
import type { OracleCall, Origin } from "./oracle.ts";

function seen(
  tid: number,
  call: string,
  args: bigint[],
  result?: bigint,
  origin: Origin = "program",
  borrowed = false,
): OracleCall {
  const lines = { text: "", ip: 0n, beginLine: 1, endLine: 1, endTid: tid };
  return { tid, call, args, result, origin, borrowed, ...lines };
}
const recorded = (tid: number, call: string, args: bigint[], result?: bigint): RecordedCall => ({
  tid,
  call,
  args,
  result,
});

const page = 4096n;
const oracle = [
  seen(1, "brk", [0n], 1n, "before"),
  seen(1, "munmap", [0x1000n, page], 0n),
  seen(2, "munmap", [0x2000n, page], 0n),
  seen(1, "mmap", [9n, 9n, 9n, 9n, 9n, 9n], 1n, "tool"),
  seen(1, "brk", [0n], 0x5000n),
  seen(1, "openat", [], 3n),
  seen(1, "prctl", [15n, 1n, 0n, 0n, 0n], 0n),
  seen(1, "mprotect", [0x1000n, page, 1n], -12n, "outside"),
];
const good = [
  recorded(1, "munmap", [0x1000n, page], 0n),
  recorded(1, "brk", [0n], 0x5000n),
  recorded(1, "mprotect", [0x1000n, page, 1n], -12n),
  recorded(2, "munmap", [0x2000n, page], 0n),
];

const kinds = (calls: readonly RecordedCall[]) =>
  compareCalls(oracle, calls).mismatches.map((one) => `${one.tid} #${one.index} ${one.kind}`);

describe("equal", () => {
  it("per thread, without what the recording need not hold", () => {
    const comparison = compareCalls(oracle, good);
    expect(comparison.mismatches).toEqual([]);
    expect(comparison.matched).toBe(4);
    expect(comparison.expected).toBe(4);
    expect(comparison.origins).toEqual({
      before: 1,
      program: 3,
      outside: 1,
      tool: 1,
      uncovered: 0,
    });
    expect(formatComparison(comparison)).toBe(
      "4 of 4 calls equal in 2 threads, 0 mismatches; 1 before the constructor, " +
        "1 outside the patched sites, 1 the tool's own, 0 of programs that are not covered",
    );
  });

  it("signed or unsigned, and with more registers than the call has", () => {
    const call = seen(1, "mmap", [0n, page, 3n, 0x22n, 0xffffffffffffffffn, 0n], 0x1000n);
    const got = recorded(1, "mmap", [0n, page, 3n, 0x22n, -1n, 0n, 77n], 0x1000n);
    expect(compareCalls([call], [got]).mismatches).toEqual([]);
  });

  it("where one side does not know the result", () => {
    const call = seen(1, "munmap", [0x1000n, page], 0n);
    expect(compareCalls([call], [recorded(1, "munmap", [0x1000n, page])]).matched).toBe(1);
  });

  it("but for a last call that was begun and never made", () => {
    const begun = recorded(1, "munmap", [0x1000n, page]);
    expect(compareCalls(oracle, [...good, begun])).toMatchObject({ mismatches: [], unentered: 1 });
    expect(kinds([...good, begun, begun])).toEqual(["1 #3 extra", "1 #4 extra"]);
    expect(kinds([...good, recorded(1, "exit_group", [0n])])).toEqual(["1 #3 extra"]);
  });

  it("an exec whose environment was rebuilt", () => {
    const call = seen(1, "execve", [1n, 2n, 3n], -13n);
    expect(compareCalls([call], [recorded(1, "execve", [1n, 2n, 99n], -13n)]).matched).toBe(1);
  });

  it("without an exec of a missing file and the end of a child that borrowed its space", () => {
    const calls = [
      seen(1, "execve", [1n, 2n, 3n], -2n),
      seen(1, "exit_group", [127n], undefined, "program", true),
    ];
    expect(compareCalls(calls, [])).toMatchObject({ mismatches: [], expected: 0 });
    expect(compareCalls([seen(1, "exit_group", [127n])], []).mismatches).toHaveLength(1);
  });

  it("prctl only when it names a range", () => {
    const vma = [0x53564d41n, 0n, 0x1000n, page, 5n];
    const comparison = compareCalls([seen(1, "prctl", vma, 0n)], []);
    expect(comparison.mismatches.map((one) => one.kind)).toEqual(["missing"]);
  });
});

describe("not equal", () => {
  it.each([
    ["a call is missing", good.filter((_, i) => i !== 1), ["1 #1 missing"]],
    ["the last call is missing", good.filter((_, i) => i !== 2), ["1 #2 missing"]],
    ["a call is there twice", [good[0] as RecordedCall, ...good], ["1 #1 extra"]],
    ["a whole thread is missing", good.slice(0, 3), ["2 #0 missing"]],
    ["an argument differs", good.with(1, recorded(1, "brk", [1n], 0x5000n)), ["1 #1 different"]],
    ["a result differs", good.with(1, recorded(1, "brk", [0n], 0x6000n)), ["1 #1 different"]],
    ["an argument is absent", good.with(1, recorded(1, "brk", [], 0x5000n)), ["1 #1 different"]],
  ])("%s", (_, calls, expected) => {
    expect(kinds(calls)).toEqual(expected);
  });

  it("two calls are swapped", () => {
    expect(kinds([good[1], good[0], good[2], good[3]] as RecordedCall[])).not.toEqual([]);
  });

  it("shows both sides", () => {
    const text = formatComparison(compareCalls(oracle, good.slice(0, 3)));
    expect(text).toContain("tid 2 #0 missing");
    expect(text).toContain("strace   munmap(0x2000, 0x1000) = 0x0 (program, line 1)");
    expect(text).toContain("recorded nothing");
  });
});

/** Verdicts on recordings made by hand: what is exact, what diverged and why, what cannot be known. */
import { describe, expect, it } from "vitest";
import { showVerify } from "../../src/app/verify.ts";
import { eventFlags } from "../../src/events/batch.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { at, maps, page, type Script, scripted } from "./replay-sample.ts";
import { captureIo } from "./sample.ts";

const before = maps("heap", "rw-p 0-4", "stack");

async function verify(write: (script: Script) => void) {
  const folder = scripted(write);
  const json = captureIo(folder);
  const exitCode = await showVerify({ json: true }, json);
  const text = captureIo(folder);
  await showVerify({}, text);
  return {
    exitCode,
    result: JSON.parse(json.outText()),
    text: text.outText(),
    err: json.errText(),
  };
}

/** A process that maps 8 to 10 and is then looked at. */
function run(kernel: string, change: (script: Script) => Script = (script) => script) {
  return (script: Script) =>
    void change(script.start(1).maps(1, "start", before).map(1, 8, 2))
      .maps(1, "exit", kernel)
      .end(1);
}

const after = maps("heap", "rw-p 0-4", "rw-p 8-10", "stack");

describe("verify", () => {
  it("is exact when the kernel says what the replay says", async () => {
    const { exitCode, result, text } = await verify(run(after));
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ status: "exact", exact: 1, diverged: 0, unverifiable: 0 });
    expect(result.processes).toMatchObject([
      { pid: 4121, status: "exact", ranges: 4, texts: 1, divergences: [], reason: null },
    ]);
    expect(text).toBe(`exact: 1 of 1 process equals the kernel's maps

exact  1 process: 4 ranges in 1 maps text
`);
  });

  it("tells range by range what diverged, and exits with 1", async () => {
    const kernel = maps("heap", "rw-p 0-4", "r--p 8-10", "rw-p 20-21", "stack");
    const { exitCode, result, text } = await verify(run(kernel));
    expect(exitCode).toBe(1);
    expect(result.processes[0]).toMatchObject({
      status: "diverged",
      divergenceCount: 2,
      divergences: [
        {
          seq: 4,
          moment: "exit",
          start: "0x7f0000008000",
          end: "0x7f000000a000",
          expected: { permissions: "rw-p" },
          actual: { permissions: "r--p" },
          cause: "unrecorded call",
        },
        { start: "0x7f0000014000", expected: null, actual: { permissions: "rw-p" } },
      ],
    });
    expect(text).toBe(`diverged: 1 of 1 process differs from the kernel's maps

pid 4121  grow
  0x7f00_0000_8000 + 8 KiB  at @4 (exit), 4 µs
    replay  rw-p anonymous
    kernel  r--p anonymous
    cause   likely a call that was not recorded
  0x7f00_0001_4000 + 4 KiB  at @4 (exit), 4 µs
    replay  unmapped
    kernel  rw-p anonymous
    cause   likely a call that was not recorded
`);
  });

  it("does not hold the stack's own growth against the replay", async () => {
    const { result, text } = await verify(run(after.replace("7ffc00010000", "7ffc00008000")));
    expect(result.processes[0]).toMatchObject({
      status: "exact",
      divergences: [],
      harmless: [{ start: "0x7ffc00008000", cause: "stack growth" }],
    });
    expect(text).toContain("  1 range by no call: the stack grew by itself\n");
  });

  it("blames the calls that the hook does not cover", async () => {
    const { result, text } = await verify((script) => {
      const reasons = ["mmap: libx.so calls the kernel without libc"];
      const coverage = { status: "partial", reasons, modules: [], sites: [], via: "mem" } as const;
      script.start(1, { coverage }).maps(1, "start", before).maps(1, "exit", after).end(1);
    });
    expect(result.processes[0]).toMatchObject({
      status: "diverged",
      divergences: [{ cause: "uncovered site" }],
      note: "mmap: libx.so calls the kernel without libc",
    });
    expect(text).toContain("cause   likely a call that the hook does not cover");
  });

  it("reports an event that the space contradicts with its place, and goes on from the next maps", async () => {
    const { exitCode, result, text } = await verify((script) => {
      script.start(1).maps(1, "start", before).map(1, 2, 4).maps(1, "exec", before);
      script.unmap(1, 0, 4).maps(1, "exit", maps("heap", "stack")).end(1);
    });
    expect(exitCode).toBe(1);
    expect(result.processes[0]).toMatchObject({
      contradictions: [{ seq: 3, call: "mmap", start: "0x7f0000002000", end: "0x7f0000006000" }],
      // Only the first text differs: the second finds the replay set right.
      divergences: [{ seq: 4, start: "0x7f0000004000", end: "0x7f0000006000" }],
    });
    expect(text).toContain(
      "  impossible  @3 mmap  0x7f00_0000_2000 + 16 KiB  " +
        "the kernel placed a mapping over a range that is still mapped\n",
    );
  });

  const unproven: [string, (script: Script) => void, string][] = [
    [
      "was killed",
      (s) => s.start(1).maps(1, "start", before).end(1, { how: "killed", signal: 9 }),
      "SIGKILL ended it before its maps were read again",
    ],
    [
      "still runs",
      (s) => s.start(1).maps(1, "start", before).end(1, { how: "running" }),
      "it still runs, and its maps were read only once",
    ],
    ["has no /proc", (s) => s.start(1).map(1, 0, 1).end(1), "its maps could not be read"],
    [
      "lost calls",
      (s) => run(before, (t) => t.lost(1, 7, "the disk is full"))(s),
      "7 calls are missing: the disk is full",
    ],
    [
      "was disturbed while its maps were read",
      (s) => s.start(1).maps(1, "start", before).map(1, 8, 1).maps(1, "exit", before, false).end(1),
      "calls ran while its maps were read",
    ],
    [
      "was disturbed at its start",
      (s) => s.start(1).maps(1, "start", before, false).maps(1, "exit", after).end(1),
      "calls ran while its first maps were read",
    ],
    [
      "jumped out of a call",
      (s) => {
        const flags = eventFlags.resultUnknown;
        run(maps("heap", "rw-p 8-10", "stack"), (t) => t.unmap(1, 0, 4, { flags }))(s);
      },
      "a call in it never came back",
    ],
    [
      "is not covered",
      (s) => {
        const reasons = ["a static program"];
        const coverage = { status: "none", reasons, modules: [], sites: [], via: "none" } as const;
        s.start(1, { coverage }).end(1);
      },
      "not covered: a static program",
    ],
  ];
  it.each(unproven)("says why a process that %s is unverifiable", async (_, write, reason) => {
    const { exitCode, result, text } = await verify(write);
    expect(result.processes).toMatchObject([{ status: "unverifiable", divergences: [], reason }]);
    expect(exitCode).toBe(0);
    expect(text).toContain(`unverifiable  4121 grow: ${reason}\n`);
    expect(text.split("\n")[0]).toBe(`unverifiable: 1 of 1 process (${reason})`);
  });

  it("takes what a later call landed on as the answer of one that never came back", async () => {
    const flags = eventFlags.resultUnknown;
    const { result } = await verify(
      run(after, (script) => script.unmap(1, 0, 4, { flags }).map(1, 0, 4)),
    );
    expect(result.processes[0]).toMatchObject({ status: "exact", contradictions: [] });
  });

  it("begins a forked child without maps as what its parent was when it forked", async () => {
    const { result } = await verify((script) => {
      script.start(1).maps(1, "start", before).map(1, 8, 2);
      script.rows({ kind: kindCodes.clone, args: [17], result: 4122 });
      script.unmap(1, 8, 2).start(2, { how: "fork", parent: 1 });
      script.unmap(2, 8, 1);
      script.rows({
        kind: kindCodes.mremap,
        process: 2,
        args: [at(9), page, page, 1, 0],
        result: at(9),
      });
      script.end(2).maps(1, "exit", before).end(1);
    });
    expect(result.processes).toMatchObject([
      { status: "exact" },
      { status: "unverifiable", reason: "its maps could not be read", contradictions: [] },
    ]);
  });
});

/** Lines as strace 6.1 wrote them, and broken ones. */
import { describe, expect, it } from "vitest";
import { parseRawArguments, parseResult, parseStraceLog } from "./strace-log.ts";

describe("results", () => {
  it.each([
    ["0x7f13d7e77000", 0x7f13d7e77000n],
    ["0", 0n],
    ["4792", 4792n],
    ["-1 ENOMEM (Cannot allocate memory)", -12n],
    ["-1 EINVAL (Invalid argument)", -22n],
    ["-1 ENOSYS", -38n],
    ["3</etc/hostname>", 3n],
    ["0xffffffffffffffea", -22n],
    ["?", undefined],
    ["? ERESTARTSYS (To be restarted if SA_RESTART is set)", undefined],
  ])("%s", (text, value) => {
    expect(parseResult(text)).toBe(value);
  });

  it.each(["", "-1 EWHATEVER (Unknown)", "seven"])("refuses '%s'", (text) => {
    expect(() => parseResult(text)).toThrow();
  });
});

describe("arguments", () => {
  it("are exact above 2^53", () => {
    expect(parseRawArguments("0xffffffffffffffff, 0, 3")).toEqual([2n ** 64n - 1n, 0n, 3n]);
  });
  it("are empty when decoded", () => {
    expect(parseRawArguments('AT_FDCWD, "0x1, 0x2", O_RDONLY')).toEqual([]);
    expect(parseRawArguments("")).toEqual([]);
  });
});

describe("logs", () => {
  it("join what was interrupted, in the order of beginnings", () => {
    const log =
      parseStraceLog(`4792  [00007f13d7d8da07] munmap(0x7f13d7e76000, 0x1000 <unfinished ...>
4791  [00007f13d7d8d9b3] mmap(0, 0x801000, 0, 0x20022, 0xffffffff, 0 <unfinished ...>
4793  [00007f13d7d8da37] mprotect(0x1000, 0x1000, 0) = -1 ENOMEM (Cannot allocate memory)
4792  [00007f13d7d8da07] <... munmap resumed>) = 0
4791  [00007f13d7d8d9b3] <... mmap resumed>) = 0x7f13d6c87000
`);
    expect(log.problems).toEqual([]);
    expect(
      log.calls.map((call) => [call.tid, call.call, call.result, call.beginLine, call.endLine]),
    ).toEqual([
      [4792, "munmap", 0n, 1, 4],
      [4791, "mmap", 0x7f13d6c87000n, 2, 5],
      [4793, "mprotect", -12n, 3, 3],
    ]);
    expect(log.calls[1]?.args).toEqual([0n, 0x801000n, 0n, 0x20022n, 0xffffffffn, 0n]);
    expect(log.calls[1]?.ip).toBe(0x7f13d7d8d9b3n);
  });

  it("join decoded calls whose end adds text", () => {
    const log =
      parseStraceLog(`8274  [00007f9b1d7918d9] clone3({flags=CLONE_VM|CLONE_THREAD, tls=0x7f9b1c6826c0} <unfinished ...>
8274  [00007f9b1d7918d9] <... clone3 resumed> => {parent_tid=[8277]}, 88) = 8277
8283  [00007f75e7d6e3b8] vfork( <unfinished ...>
8283  [00007f75e7d6e3b8] <... vfork resumed>) = 8284
`);
    expect(log.problems).toEqual([]);
    expect(log.calls.map((call) => [call.call, call.result])).toEqual([
      ["clone3", 8277n],
      ["vfork", 8284n],
    ]);
    expect(log.calls[0]?.text).toContain("CLONE_THREAD");
    expect(log.calls[0]?.args).toEqual([]);
  });

  it("follow an exec from a thread to the process's first thread", () => {
    const log =
      parseStraceLog(`8278  [00007f9b1d75cad7] execve(0x7ffefae3bad2, 0x7f9b1be80e50, 0x7ffefae39f58 <unfinished ...>
8276  [????????????????] +++ exited with 0 +++
8274  [00007f8a03a58b70] +++ superseded by execve in pid 8278 +++
8274  [00007f8a03a58b70] <... execve resumed>) = 0
8274  [00007f8a0391d409] exit_group(0x3)  = ?
8274  [????????????????] +++ exited with 3 +++
`);
    expect(log.problems).toEqual([]);
    expect(log.calls.map((call) => [call.tid, call.endTid, call.call, call.result])).toEqual([
      [8278, 8274, "execve", 0n],
      [8274, 8274, "exit_group", undefined],
    ]);
    expect(log.ends).toEqual([
      { tid: 8276, line: 2, status: 0, signal: undefined },
      { tid: 8274, line: 6, status: 3, signal: undefined },
    ]);
  });

  it("leave the result open when a call never came back", () => {
    const log =
      parseStraceLog(`8317  [00007f354e5dba00] mremap(0x7f354e6bb000, 0x1000, 0x2000, 0x1, 0 <unfinished ...>
8316  [00007f354e5d39b3] mmap(0, 0x1000, 0x3, 0x22, 0xffffffff, 0 <unfinished ...>
8315  [00007f354e5d39b3] mmap(0, 0x1000, 0x3, 0x22, 0xffffffff, 0 <unfinished ...>
8317  [00007f354e5dba00] <... mremap resumed>) = ?
8317  [????????????????] +++ killed by SIGKILL +++
8316  [????????????????] +++ killed by SIGSEGV (core dumped) +++
`);
    expect(log.problems).toEqual([]);
    expect(log.calls.map((call) => [call.tid, call.result])).toEqual([
      [8317, undefined],
      [8316, undefined],
      [8315, undefined],
    ]);
    expect(log.ends.map((end) => end.signal)).toEqual(["SIGKILL", "SIGSEGV"]);
  });

  it("read a path that looks like an end", () => {
    const log = parseStraceLog(
      '12  [00007f354e5dba00] openat(AT_FDCWD, "/tmp/a) = 7", O_RDONLY) = 3\n',
    );
    expect(log.calls[0]?.result).toBe(3n);
  });

  it("skip signals and strace's own words", () => {
    const log = parseStraceLog(`4791  [00007f13d7d5fc17] --- SIGCHLD {si_signo=17, si_code=0x1} ---
4791  [00007f13d7d5fc17] --- stopped by SIGSTOP ---
4791  [????????????????] <... futex resumed> <unfinished ...>) = ?
`);
    expect(log).toEqual({ calls: [], ends: [], problems: [] });
  });

  it("name each line that cannot be read, and read the rest", () => {
    const log = parseStraceLog(`nonsense
8  [00007f13d7d8da07] <... munmap resumed>) = 0
8  [00007f13d7d8da07] munmap(0x1000, 0x1000) = -1 EWHATEVER (No)
8  [00007f13d7d8da07] munmap(0x1000, 0x1000) = 0
8  [00007f13d7d8da07] munmap(0x10`);
    expect(log.problems.map((problem) => problem.line)).toEqual([1, 2, 3, 5]);
    expect(log.calls.map((call) => call.beginLine)).toEqual([4]);
  });

  it.each([
    "7 [00007f9f2879805d] ???( <unfinished ...>\n7 [00007f9f2879805d] <... ??? resumed>) = ?\n",
    "7 [????????????????] ???()          = ?\n",
    "7 [????????????????] ????()         = ? <unavailable>\n",
    "7 [????????????????] <... mmap resumed>) = ? <unavailable>\n",
  ])("passes over a thread that was ended before its call could be read: %j", (text) => {
    expect(parseStraceLog(text)).toEqual({ calls: [], ends: [], problems: [] });
  });
});

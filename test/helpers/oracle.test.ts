/** Whose call is it: the loader's, the program's, the tool's. */
import { describe, expect, it } from "vitest";
import { classify, type HookLayout } from "./oracle.ts";
import { parseStraceLog } from "./strace-log.ts";

const hook: HookLayout = { fileName: "hook.so", programCall: 0x1020n, stubs: [0x3000n, 0x4000n] };

/** An image in which the hook's library lies at 0x7f0000000000, then `lines`. */
const started = (tid: number) => `${tid}  [00007e0000000100] execve(0x1, 0x2, 0x3) = 0
${tid}  [00007e0000000200] openat(AT_FDCWD, "/some/where/hook.so", O_RDONLY|O_CLOEXEC) = 3
${tid}  [00007e0000000200] mmap(0, 0x9000, 0x1, 0x2, 0x3, 0) = 0x7f0000000000
${tid}  [00007e0000000200] openat(AT_FDCWD, "/lib/libc.so.6", O_RDONLY|O_CLOEXEC) = 3
${tid}  [00007e0000000200] mmap(0, 0x9000, 0x1, 0x2, 0x3, 0) = 0x7e8000000000
${tid}  [00007f0000001500] mmap(0x200000000000, 0x1000, 0x3, 0x22, 0xffffffff, 0) = 0x200000000000
`;

const origins = (text: string) => {
  const log = parseStraceLog(text);
  expect(log.problems).toEqual([]);
  return classify(log, hook).map((call) => `${call.tid} ${call.call} ${call.origin}`);
};

describe("origins", () => {
  it("of one program", () => {
    expect(
      origins(`${started(5)}5  [00007f0000001020] munmap(0x1000, 0x1000) = 0
5  [00007f0000003022] munmap(0x1000, 0x1000) = 0
5  [00007f0000001022] munmap(0x1000, 0x1000) = 0
5  [00007e8000000100] munmap(0x1000, 0x1000) = 0
5  [00007f0000009000] munmap(0x1000, 0x1000) = 0
`).slice(1),
    ).toEqual([
      "5 openat before",
      "5 mmap before",
      "5 openat before",
      "5 mmap before",
      "5 mmap tool",
      "5 munmap program",
      "5 munmap program",
      "5 munmap tool",
      "5 munmap outside",
      "5 munmap outside",
    ]);
  });

  it("threads and forks keep the image, whichever line comes first", () => {
    const seen =
      origins(`${started(5)}5  [00007f0000003022] clone3({flags=CLONE_VM|CLONE_THREAD} <unfinished ...>
6  [00007f0000001020] munmap(0x1000, 0x1000) = 0
5  [00007f0000003022] <... clone3 resumed> => {parent_tid=[6]}, 88) = 6
6  [00007f0000003022] clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 7
7  [00007f0000001500] mmap(0x200000000000, 0x1000, 0x3, 0x22, 0xffffffff, 0) = 0x200000000000
7  [00007e8000000100] munmap(0x1000, 0x1000) = 0
`);
    expect(seen.slice(-4)).toEqual([
      "6 munmap program",
      "6 clone program",
      "7 mmap tool",
      "7 munmap outside",
    ]);
  });

  it("an exec ends the image, for a vfork child but not for its parent", () => {
    const seen = origins(`${started(5)}5  [00007f0000003022] vfork( <unfinished ...>
8  [00007f0000001020] execve(0x1, 0x2, 0x3) = -1 ENOENT (No such file or directory)
8  [00007f0000001020] execve(0x1, 0x2, 0x3 <unfinished ...>
5  [00007f0000003022] <... vfork resumed>) = 8
5  [00007f0000001020] munmap(0x1000, 0x1000) = 0
8  [00007d0000000b70] <... execve resumed>) = 0
8  [00007d0000001020] munmap(0x1000, 0x1000) = 0
`);
    expect(seen.slice(-5)).toEqual([
      "5 vfork program",
      "8 execve program",
      "8 execve program",
      "5 munmap program",
      "8 munmap uncovered",
    ]);
  });

  it("vfork and CLONE_VM children borrow their parent's space until they exec", () => {
    const log = parseStraceLog(`${started(5)}5  [00007f0000003022] vfork() = 8
5  [00007f0000003022] clone3({flags=CLONE_VM|CLONE_VFORK}, 88) = 9
5  [00007f0000003022] clone3({flags=CLONE_VM|CLONE_THREAD} => {parent_tid=[6]}, 88) = 6
5  [00007f0000003022] clone(child_stack=NULL, flags=SIGCHLD) = 7
6  [00007f0000001020] exit_group(0) = ?
7  [00007f0000001020] exit_group(0) = ?
8  [00007f0000001020] exit_group(0) = ?
9  [00007f0000001020] execve(0x1, 0x2, 0x3) = 0
9  [00007f0000001020] exit_group(0) = ?
`);
    const ends = classify(log, hook).filter((call) => call.call === "exit_group");
    expect(ends.map((call) => call.borrowed)).toEqual([false, false, true, false]);
  });

  it("an exec from a thread", () => {
    const seen =
      origins(`${started(5)}5  [00007f0000003022] clone3({flags=CLONE_VM|CLONE_THREAD} => {parent_tid=[6]}, 88) = 6
6  [00007f0000001020] execve(0x1, 0x2, 0x3 <unfinished ...>
5  [00007d0000000b70] +++ superseded by execve in pid 6 +++
5  [00007d0000000b70] <... execve resumed>) = 0
5  [00007f0000001020] munmap(0x1000, 0x1000) = 0
`);
    expect(seen.slice(-2)).toEqual(["6 execve program", "5 munmap uncovered"]);
  });
});

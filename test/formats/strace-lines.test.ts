/** Every shape of strace's lines that is read, as a table: the line, and what becomes of it. */
import { rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { callsIn, type EventObject, eventsOf, importTexts } from "../helpers/formats.ts";

/** A call that tells that the lines around it were understood. */
const last = "brk(NULL) = 0x5000";

async function only(line: string): Promise<EventObject> {
  const events = await callsIn(`${line}\n${last}\n`);
  expect(events.map(({ call }) => call).at(-1)).toBe("brk");
  expect(events.length).toBe(2);
  return events[0]!;
}

describe("what stands before a call", () => {
  it.each([
    ["nothing", "munmap(0x1000, 4096) = 0", 0],
    ["a thread", "123 munmap(0x1000, 4096) = 0", 123],
    ["a thread, padded", "123   munmap(0x1000, 4096) = 0", 123],
    ["a thread in brackets", "[pid   123] munmap(0x1000, 4096) = 0", 123],
    ["-t", "123 22:59:58 munmap(0x1000, 4096) = 0", 123],
    ["-tt", "123 22:59:58.123456 munmap(0x1000, 4096) = 0", 123],
    ["-ttt", "123 1795645980.245753 munmap(0x1000, 4096) = 0", 123],
    ["seconds since 1970 alone", "123 1795645980 munmap(0x1000, 4096) = 0", 123],
    ["-r", "123      0.000221 munmap(0x1000, 4096) = 0", 123],
    ["-r -tt", "123 22:59:58.123456 (+     0.000221) munmap(0x1000, 4096) = 0", 123],
    ["-i", "123 [00007f6d17912ad7] munmap(0x1000, 4096) = 0", 123],
    ["-i that is not known", "123 [????????????????] munmap(0x1000, 4096) = 0", 123],
    ["-n", "123 [  11] munmap(0x1000, 4096) = 0", 123],
    ["-ttt -n -i", "123 1795645980.245753 [  11] [00007f6d17912ad7] munmap(0x1000, 4096) = 0", 123],
  ])("%s", async (_, line, tid) => {
    const event = await only(line);
    expect(event).toMatchObject({ call: "munmap", tid, args: ["0x1000", "0x1000"], result: "0x0" });
  });
});

describe("arguments and results", () => {
  it.each<[line: string, expected: Partial<EventObject>]>([
    [
      "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000001000",
      {
        args: ["0x0", "0x2000", "0x3", "0x22", "0xffffffffffffffff", "0x0"],
        result: "0x7f0000001000",
      },
    ],
    [
      "mmap(NULL, 8192, 0x3, 0x22, -1, 0) = 0x7f0000001000",
      { prot: "PROT_READ|PROT_WRITE", flags: "MAP_PRIVATE|MAP_ANONYMOUS" },
    ],
    [
      "mmap(0, 0x2000, 0x3, 0x22, 0xffffffff, 0) = 0x7f0000001000",
      { args: ["0x0", "0x2000", "0x3", "0x22", "0xffffffff", "0x0"] },
    ],
    [
      "mmap(NULL, 8192, 0x3 /* PROT_READ|PROT_WRITE */, 0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */, -1, 0) = 0x1000",
      { args: ["0x0", "0x2000", "0x3", "0x22", "0xffffffffffffffff", "0x0"] },
    ],
    [
      "mmap(NULL, 2097152, PROT_READ, MAP_PRIVATE|MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1, 0) = -1 ENOMEM (Cannot allocate memory)",
      {
        args: ["0x0", "0x200000", "0x1", "0x54040002", "0xffffffffffffffff", "0x0"],
        errno: "ENOMEM",
      },
    ],
    [
      "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</usr/lib/a>, 0x26000) = 0x7f0000001000 <0.000012>",
      {
        path: "/usr/lib/a",
        durationNanos: 12000,
        args: ["0x0", "0x1000", "0x1", "0x2", "0x3", "0x26000"],
      },
    ],
    [
      'mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3</tmp/a b\\76\\303\\244"\\n>(deleted), 0) = 0x7f0000001000',
      { path: '/tmp/a b>ä"\n' },
    ],
    [
      "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</dev/zero<char 1:5>>, 0) = 0x1000",
      { path: "/dev/zero<char 1:5>" },
    ],
    [
      "mremap(0x7000, 4096, 8192, MREMAP_MAYMOVE) = 0x9000",
      { args: ["0x7000", "0x1000", "0x2000", "0x1", "0x0"] },
    ],
    [
      "mremap(0x7000, 4096, 4096, MREMAP_MAYMOVE|MREMAP_FIXED, 0xa000) = 0xa000",
      { args: ["0x7000", "0x1000", "0x1000", "0x3", "0xa000"], newAddr: "0xa000" },
    ],
    [
      "mprotect(0x7000, 4096, PROT_READ|PROT_GROWSDOWN) = 0",
      { args: ["0x7000", "0x1000", "0x1000001"] },
    ],
    [
      "pkey_mprotect(0x7000, 4096, PROT_READ, 1) = -1 EINVAL (Invalid argument)",
      { errno: "EINVAL" },
    ],
    ["madvise(0x7000, 4096, MADV_DONTNEED) = 0", { args: ["0x7000", "0x1000", "0x4"] }],
    [
      "madvise(0x7000, 4096, 0x4d2 /* MADV_??? */) = -1 EINVAL (Invalid argument)",
      { args: ["0x7000", "0x1000", "0x4d2"] },
    ],
    [
      "munmap(0x8000000000000123, 18446744073709551615) = -1 EINVAL (Invalid argument)",
      { args: ["0x8000000000000123", "0xffffffffffffffff"] },
    ],
    ["shmat(7, NULL, SHM_RDONLY) = 0x7f0000001000", { args: ["0x7", "0x0", "0x1000"] }],
    [
      "remap_file_pages(0x7000, 4096, PROT_NONE, 3, 0) = 0",
      { args: ["0x7000", "0x1000", "0x0", "0x3", "0x0"] },
    ],
    [
      'prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x7000, 4096, "a, \\"b)") = 0',
      { args: ["0x53564d41", "0x0", "0x7000", "0x1000", "0x0"], addr: "0x7000" },
    ],
    ["io_setup(128, [0x7f0000001000]) = 0", { call: "io_setup" }],
    ["munmap(0x1000, 4096)            = ?", { result: null }],
    ["munmap(0x1000, 4096) = -1 E??? (errno 4000)", { result: "0xfffffffffffff060" }],
  ])("%s", async (line, expected) => {
    expect(await only(line)).toMatchObject(expected);
  });

  it("passes over other calls, other prctls, calls that the kernel runs again, and words between", async () => {
    const imported = await importTexts({
      log: [
        'openat(AT_FDCWD, "/x)", O_RDONLY) = -1 ENOENT (No such file or directory)',
        'write(1, "mmap(1, 2) = 3\\n", 15) = 15',
        'prctl(PR_SET_NAME, "a") = 0',
        "clone(child_stack=NULL, flags=SIGCHLD) = ? ERESTARTNOINTR (To be restarted)",
        "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---",
        " > /usr/lib/libc.so.6(mmap+0x10) [0x1234]",
        "strace: Process 12 attached",
        "[ Process PID=12 runs in 32 bit mode. ]",
        "???( <unfinished ...>",
        "<... ??? resumed>) = ?",
        "???()          = ?",
        "????()         = ? <unavailable>",
        "<... mmap resumed>) = ? <unavailable>",
        last,
      ].join("\n"),
    });
    expect(imported.told).not.toMatch(/line \d/);
    expect(eventsOf(imported.database).flatMap(({ call }) => call ?? [])).toEqual(["brk"]);
    await rm(imported.folder, { recursive: true });
  });
});

describe("time", () => {
  const two = (first: string, second: string) =>
    [`${first} ${last}`, `${second} ${last}`, ""].join("\n");

  it.each([
    ["-t", two("22:59:58", "23:00:01"), 3_000_000_000],
    ["-t over midnight", two("23:59:59", "00:00:01"), 2_000_000_000],
    ["-tt", two("22:59:58.900000", "22:59:59.000001"), 100_001_000],
    ["-ttt", two("1795645980.999999", "1795645981.000001"), 2000],
    ["-ttt in nanoseconds", two("1795645980.999999999", "1795645981.000000001"), 2],
    ["-r", two("     0.000000", "     0.000221"), 221_000],
    ["none", `${last}\n${last}\n`, 0],
  ])("%s", async (_, text, nanos) => {
    const events = await callsIn(text);
    expect(events.map(({ atNanos }) => atNanos)).toEqual([0, nanos]);
  });
});

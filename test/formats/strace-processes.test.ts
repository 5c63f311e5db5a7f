/** Who is whose child in a log of strace, and in which order calls that overlapped took effect. */
import { rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src/store/open.ts";
import type { ProcessRow } from "../../src/store/processes.ts";
import { callsIn, importTexts } from "../helpers/formats.ts";

async function processesIn(texts: Record<string, string> | string): Promise<ProcessRow[]> {
  const imported = await importTexts(typeof texts === "string" ? { log: texts } : texts);
  expect(imported.told).toBe("");
  const store = openStore(imported.database, { mode: "read" });
  try {
    return store.reader(store.recording().id).processes();
  } finally {
    store.close();
    await rm(imported.folder, { recursive: true });
  }
}

/** `1 launch a`, `2<1 fork`, with the end. */
function short(rows: readonly ProcessRow[]): string[] {
  return rows.map(({ process, parent, pid, how, exe, end }) => {
    const from = parent === undefined ? "" : `<${parent}`;
    const ended =
      end === undefined ? "" : ` ${end.how} ${end.status ?? end.signal ?? ""}`.trimEnd();
    return `${process}${from} ${pid} ${how} ${exe}${ended}`;
  });
}

const start = '10 execve("/bin/a", ["a", "x \\"y"], 0x7ffd /* 3 vars */) = 0\n';
const brk = (tid: number) => `${tid} brk(NULL) = 0x5000\n`;
const fork = "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD";

describe("processes", () => {
  it("begin with the exec that strace made, or with nothing when it was attached", async () => {
    const launched = await processesIn(`${start}${brk(10)}10 +++ exited with 3 +++\n`);
    expect(short(launched)).toEqual(["1 10 launch /bin/a exit 3"]);
    expect(launched[0]).toMatchObject({ argv: ["a", 'x "y'], startUnknown: true });
    expect(short(await processesIn(brk(10)))).toEqual(["1 10 launch  unknown"]);
  });

  it("fork, run another program, and are killed", async () => {
    const rows = await processesIn(
      `${start}10 ${fork}, child_tidptr=0x7f) = 11\n${brk(11)}` +
        `11 execve("/bin/b", ["b"], 0x7ffd /* 3 vars */) = 0\n${brk(11)}` +
        "11 +++ killed by SIGKILL +++\n10 exit_group(0) = ?\n10 +++ exited with 0 +++\n",
    );
    expect(short(rows)).toEqual([
      "1 10 launch /bin/a exit 0",
      "2<1 11 fork /bin/a exec",
      "3<2 11 exec /bin/b killed 9",
    ]);
  });

  it("are told apart when the child's lines come before the fork is over", async () => {
    const rows = await processesIn(
      `${start}10 ${fork} <unfinished ...>\n${brk(11)}10 <... clone resumed>, child_tidptr=0x7f) = 11\n`,
    );
    expect(short(rows)).toEqual(["1 10 launch /bin/a unknown", "2<1 11 fork /bin/a unknown"]);
  });

  it("wait for their parents when two forks are under way", async () => {
    const threads = "clone(child_stack=0x7f, flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS) = 12\n";
    const rows = await processesIn(
      `${start}10 ${fork}) = 11\n10 ${threads}` +
        `11 ${fork} <unfinished ...>\n12 ${fork} <unfinished ...>\n${brk(21)}${brk(22)}` +
        "12 <... clone resumed>) = 22\n11 <... clone resumed>) = 21\n",
    );
    expect(short(rows)).toEqual([
      "1 10 launch /bin/a unknown",
      "2<1 11 fork /bin/a unknown",
      "3<1 22 fork /bin/a unknown",
      "4<2 21 fork /bin/a unknown",
    ]);
  });

  it("lend their space to a vfork child until it runs a program", async () => {
    const log =
      `${start}10 vfork( <unfinished ...>\n11 munmap(0x1000, 4096) = 0\n` +
      '11 execve("/bin/b", ["b"], 0x7ffd /* 3 vars */ <unfinished ...>\n' +
      `10 <... vfork resumed>) = 11\n11 <... execve resumed>) = 0\n${brk(11)}${brk(10)}`;
    expect(short(await processesIn(log))).toEqual([
      "1 10 launch /bin/a unknown",
      "2<1 11 exec /bin/b unknown",
    ]);
    const calls = await callsIn(log);
    expect(calls.map(({ call, process, tid }) => [call, process, tid])).toEqual([
      ["munmap", 1, 11],
      ["vfork", 1, 10],
      ["execve", 1, 11],
      ["brk", 2, 11],
      ["brk", 1, 10],
    ]);
  });

  it("go on under the first thread's number when another thread runs a program", async () => {
    const thread = "clone(child_stack=0x7f, flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS) = 12\n";
    const rows = await processesIn(
      `${start}10 ${thread}12 execve("/bin/b", ["b"], 0x7ffd /* 3 vars */ <unfinished ...>\n` +
        "10 +++ superseded by execve in pid 12 +++\n10 <... execve resumed>) = 0\n" +
        `${brk(10)}10 +++ exited with 0 +++\n`,
    );
    expect(short(rows)).toEqual(["1 10 launch /bin/a exec", "2<1 10 exec /bin/b exit 0"]);
  });

  it("end with their last thread", async () => {
    const thread =
      "clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS, stack=0x7f} => {parent_tid=[12]}, 88) = 12\n";
    const rows = await processesIn(
      `${start}10 ${thread}10 +++ exited with 0 +++\n${brk(12)}12 +++ exited with 7 +++\n`,
    );
    expect(short(rows)).toEqual(["1 10 launch /bin/a exit 7"]);
  });

  it("are read from what strace shows on a terminal", async () => {
    const log =
      'execve("/bin/a", ["a"], 0x7ffd /* 3 vars */) = 0\nbrk(NULL) = 0x5000\n' +
      `${fork}strace: Process 11 attached\n, child_tidptr=0x7f) = 11\n` +
      "[pid    11] brk(NULL) = 0x5000\n[pid    10] brk(NULL <unfinished ...>\n" +
      "[pid    11] +++ exited with 0 +++\n<... brk resumed>) = 0x5000\nbrk(NULL) = 0x5000\n+++ exited with 0 +++\n";
    expect(short(await processesIn(log))).toEqual([
      "1 0 launch /bin/a exit 0",
      "2<1 11 fork /bin/a exit 0",
    ]);
    expect((await callsIn(log)).map(({ call, process }) => `${process} ${call}`)).toEqual([
      "1 brk",
      "1 clone",
      "2 brk",
      "1 brk",
      "1 brk",
    ]);
  });

  it("are put together from the files of strace -ff by their times", async () => {
    const rows = await processesIn({
      "log.10":
        '1795645980.000001 execve("/bin/a", ["a"], 0x7ffd /* 3 vars */) = 0 <0.000100>\n' +
        `1795645980.000300 ${fork}) = 9 <0.000050>\n1795645980.000400 brk(NULL) = 0x5000 <0.000001>\n` +
        "1795645980.000500 +++ exited with 0 +++\n",
      "log.9":
        "1795645980.000360 brk(NULL) = 0x5000 <0.000001>\n1795645980.000370 +++ exited with 1 +++\n",
    });
    expect(short(rows)).toEqual(["1 10 launch /bin/a exit 0", "2<1 9 fork /bin/a exit 1"]);
  });
});

describe("calls that overlapped", () => {
  const thread = "10 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS) = 12\n";
  const map = "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x1000\n";
  const order = async (log: string) =>
    (await callsIn(start + thread + log)).map(({ call, tid }) => `${tid} ${call}`);

  it("free before another takes: a range is freed at a call's begin", async () => {
    expect(
      await order(
        `10 munmap(0x1000, 4096 <unfinished ...>\n12 ${map}10 <... munmap resumed>) = 0\n`,
      ),
    ).toEqual(["10 munmap", "12 mmap"]);
  });

  it("stand in the order of their ends where they do not touch", async () => {
    expect(
      await order(
        `10 munmap(0x9000, 4096 <unfinished ...>\n12 ${map}10 <... munmap resumed>) = 0\n`,
      ),
    ).toEqual(["12 mmap", "10 munmap"]);
  });

  it("keep the order of calls that did not overlap, behind one that is still open", async () => {
    expect(
      await order(
        `10 madvise(0x9000, 4096, MADV_DONTNEED <unfinished ...>\n12 ${map}12 munmap(0x1000, 4096) = 0\n` +
          `12 ${map}10 <... madvise resumed>) = 0\n`,
      ),
    ).toEqual(["12 mmap", "12 munmap", "12 mmap", "10 madvise"]);
  });

  it("are kept without a result when they never come back", async () => {
    const calls = await callsIn(
      `${start}${thread}12 munmap(0x1000, 4096 <unfinished ...>\n${brk(10)}`,
    );
    expect(calls.map(({ call, result }) => [call, result])).toEqual([
      ["brk", "0x5000"],
      ["munmap", null],
    ]);
  });
});

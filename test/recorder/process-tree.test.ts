/** Given journals and calls, then processes: who is whose child, and who left no journal. */
import { describe, expect, it } from "vitest";
import type { ProcessCallItem } from "../../src/journal/contents/items.ts";
import type { JournalHeader } from "../../src/journal/wire/header.ts";
import { defines } from "../../src/journal/wire/wire.gen.ts";
import { ProcessTree } from "../../src/recorder/process-tree.ts";

const second = 1e9;
const dynamic = defines.MT_TARGET_READ | defines.MT_TARGET_ELF64 | defines.MT_TARGET_INTERP;
const isStatic = defines.MT_TARGET_READ | defines.MT_TARGET_ELF64;

function journal(pid: number, rest: Partial<JournalHeader> = {}, forked = false): JournalHeader {
  return {
    pid,
    ppid: 1,
    parentPid: 0,
    parentOpenTsc: 0n,
    open: { tsc: BigInt(pid) * 1000n, mono: 0n },
    features: { forked, launcher: false, wroteMem: true, wroteProtect: false, noMaps: false },
    ...rest,
  } as JournalHeader;
}

function call(name: ProcessCallItem["call"], rest: Partial<ProcessCallItem>): ProcessCallItem {
  const base = { type: "processCall", slot: 0, atNanos: second, args: [], result: undefined };
  return {
    ...base,
    call: name,
    tid: 100,
    pathKey: "1",
    isOwn: false,
    target: dynamic,
    ...rest,
  } as ProcessCallItem;
}

/** A tree in which pid 100 was launched, process 1. */
function launched(): ProcessTree {
  const tree = new ProcessTree();
  tree.addLaunch(100, 0, "/bin/first", ["first"], dynamic);
  expect(tree.add(journal(100), 1000)).toEqual({ number: 1, parent: undefined, how: "launch" });
  expect(tree.missing()).toEqual([]);
  return tree;
}

describe("processes with a journal", () => {
  it("a fork is the child of the journal whose space was copied", () => {
    const tree = launched();
    tree.addCall(call("clone", { result: 101 }), 1, 100, "/bin/first");
    expect(tree.missing()).toMatchObject([{ pid: 101, how: "fork", parent: 1 }]);
    const child = journal(101, { parentPid: 100, parentOpenTsc: 100_000n }, true);
    expect(tree.add(child, second + 10)).toEqual({ number: 2, parent: 1, how: "fork" });
    expect(tree.missing()).toEqual([]);
  });

  it("another program in the same process follows the one before", () => {
    const tree = launched();
    tree.addCall(call("execve", { isOwn: true }), 1, 100, "/bin/next");
    expect(tree.isReplaced(1)).toBe(true);
    expect(tree.add(journal(100), second + 10)).toEqual({ number: 2, parent: 1, how: "exec" });
    expect(tree.missing()).toEqual([]);
  });

  it("what a vfork child becomes is a child of the space that it shared", () => {
    const tree = launched();
    tree.addCall(call("execve", { tid: 102 }), 1, 100, "/bin/next");
    expect(tree.isReplaced(1)).toBe(false);
    const place = tree.add(journal(102, { ppid: 100 }), second + 10);
    expect(place).toEqual({ number: 2, parent: 1, how: "exec" });
    expect(tree.missing()).toEqual([]);
  });
});

describe("processes without one", () => {
  it("a static program has a number at once, and its children follow it", () => {
    const tree = launched();
    tree.addCall(call("execve", { tid: 102, target: isStatic }), 1, 100, "/bin/static");
    const [missing] = tree.missing();
    expect(missing).toMatchObject({ number: 2, pid: 102, parent: 1, exe: "/bin/static" });
    expect(missing?.reason).toMatch(/^statically linked/);
    const child = tree.add(journal(103, { ppid: 102 }), second + 10);
    expect(child).toEqual({ number: 3, parent: 2, how: "exec" });
    expect(tree.missing()).toEqual([missing]);
  });

  it("a journal of the same process's next program does not make up for it", () => {
    const tree = new ProcessTree();
    tree.addLaunch(100, 0, "/bin/static", ["static"], isStatic);
    const place = tree.add(journal(100), second);
    expect(place).toEqual({ number: 2, parent: 1, how: "exec" });
    expect(tree.missing()).toMatchObject([{ number: 1, how: "launch", argv: ["static"] }]);
  });

  it("a journal that was opened before the call belongs to somebody else", () => {
    const tree = launched();
    tree.add(journal(101), 2000);
    tree.addCall(call("clone", { result: 101 }), 1, 100, "/bin/first");
    expect(tree.missing()).toHaveLength(1);
  });

  it("a fork, or an exec, that failed is expected nowhere", () => {
    const tree = launched();
    tree.addCall(call("clone", { result: -11 }), 1, 100, "/bin/first");
    tree.addCall(call("execve", { result: -2 }), 1, 100, "/bin/none");
    expect(tree.missing()).toEqual([]);
  });

  it("a journal without room is the reason for a process that is expected, not one more", () => {
    const tree = new ProcessTree();
    tree.addLaunch(100, 0, "/bin/first", ["first"], dynamic);
    tree.addUnopened(100, second);
    expect(tree.missing()).toMatchObject([
      { pid: 100, how: "launch", exe: "/bin/first", reason: expect.stringMatching(/given room/) },
    ]);
    tree.addUnopened(200, second);
    expect(tree.missing()).toHaveLength(2);
  });

  it("the expected of a killed recorder are expected by the next one", () => {
    const tree = launched();
    tree.addCall(call("execve", { tid: 102, target: isStatic }), 1, 100, "/bin/static");
    const later = new ProcessTree();
    later.skipTo(tree.next, JSON.parse(JSON.stringify(tree.missing())));
    expect(later.missing()).toEqual(tree.missing());
    expect(later.newNumber()).toBe(3);
    expect(later.add(journal(104, { ppid: 102 }), 2 * second)).toMatchObject({ parent: 2 });
  });
});

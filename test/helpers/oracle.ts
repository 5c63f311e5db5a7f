/** Tells the program's calls in an strace log from the tool's own and from those before the hook. */
import { execFileSync } from "node:child_process";
import { basename } from "node:path";
import type { StraceCall, StraceLog } from "./strace-log.ts";

/**
 * - `before`: the loader's and the libraries' calls before the hook's constructor ran
 * - `program`: came through the hook's stubs
 * - `outside`: the program's, from an instruction that is not patched
 * - `tool`: the hook's own
 * - `uncovered`: of a program image that the hook's library is not in
 */
export type Origin = "before" | "program" | "outside" | "tool" | "uncovered";

export interface OracleCall extends StraceCall {
  readonly origin: Origin;
  /** Made by a vfork or CLONE_VM child, in its parent's address space, so its end ends no space. */
  readonly borrowed: boolean;
}

/** Where in the hook's library the program's own calls are made; offsets from its base. */
export interface HookLayout {
  /** File name by which the loader's open of it is recognised. */
  readonly fileName: string;
  /** Address behind the one system call instruction of the hook's own frame. */
  readonly programCall: bigint;
  /** [start, end) of the stubs with calls on the caller's stack; empty when there are none. */
  readonly stubs: readonly [bigint, bigint];
}

/** Reads the layout from the library's symbol table. Throws when the library carries no symbols. */
export function hookLayout(library: string): HookLayout {
  const symbols = new Map<string, readonly [bigint, bigint]>();
  const listing = execFileSync("nm", ["-S", library], { encoding: "utf8" });
  for (const line of listing.split("\n")) {
    const parts = /^([0-9a-f]+)(?: ([0-9a-f]+))? \w (\S+)$/.exec(line);
    if (parts?.[1] === undefined || parts[3] === undefined) continue;
    symbols.set(parts[3], [BigInt(`0x${parts[1]}`), BigInt(`0x${parts[2] ?? "0"}`)]);
  }
  const call = symbols.get("maptrail_program_syscall");
  if (call === undefined) throw new Error(`${library} has no symbol maptrail_program_syscall`);
  const [start, size] = symbols.get("mt_stubs") ?? [0n, 0n];
  return { fileName: basename(library), programCall: call[0], stubs: [start, start + size] };
}

/** What is known of one program image, shared by its threads and copied at a fork. */
interface Image {
  base: bigint | undefined;
  end: bigint;
  /** The hook's constructor has made its first call. */
  constructed: boolean;
  borrowed: boolean;
}

const forks = new Set(["clone", "clone3", "fork", "vfork"]);
const opens = new Set(["open", "openat"]);

function openedName(text: string): string | undefined {
  const path = /"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return path === undefined ? undefined : basename(path);
}

/** A thread shares its creator's image; every other child has its own from then on. */
function imageOfChild(call: StraceCall, image: Image): Image {
  if (call.text.includes("CLONE_THREAD")) return image;
  return { ...image, borrowed: call.call === "vfork" || call.text.includes("CLONE_VM") };
}

export function classify(log: StraceLog, hook: HookLayout): OracleCall[] {
  const images = new Map<number, Image>();
  /** Per thread: the descriptor that its last open of the hook's library gave. */
  const library = new Map<number, bigint>();

  const imageOf = (tid: number): Image => {
    const known = images.get(tid);
    if (known !== undefined) return known;
    const fresh: Image = { base: undefined, end: 0n, constructed: false, borrowed: false };
    images.set(tid, fresh);
    return fresh;
  };

  const origin = (call: StraceCall, image: Image): Origin => {
    if (image.base === undefined) return "uncovered";
    const offset = call.ip === undefined ? -1n : call.ip - image.base;
    const inside = offset >= 0n && offset < image.end - image.base;
    if (inside && call.ip !== undefined) {
      const [start, end] = hook.stubs;
      image.constructed = true;
      return offset === hook.programCall || (offset >= start && offset < end) ? "program" : "tool";
    }
    return image.constructed ? "outside" : "before";
  };

  const marked = log.calls.map((call): { call: StraceCall; origin: Origin; image: Image } => {
    const image = imageOf(call.tid);
    if (opens.has(call.call) && call.result !== undefined && call.result >= 0n) {
      if (openedName(call.text) === hook.fileName) library.set(call.tid, call.result);
      else if (library.get(call.tid) === call.result) library.delete(call.tid);
    }
    const isLibrary =
      call.call === "mmap" &&
      image.base === undefined &&
      library.has(call.tid) &&
      BigInt.asIntN(32, call.args[4] ?? -1n) === library.get(call.tid);
    if (isLibrary && call.result !== undefined && call.result > 0n) {
      image.base = call.result;
      image.end = call.result + (call.args[1] ?? 0n);
    }
    const from = origin(call, image);
    if (forks.has(call.call) && call.result !== undefined && call.result > 0n)
      // The constructor ran before the first fork, so a child's copy never has to learn of it.
      images.set(Number(call.result), imageOfChild(call, image));
    if (call.call.startsWith("execve") && call.result === 0n) {
      images.delete(call.tid);
      images.delete(call.endTid);
      library.delete(call.endTid);
    }
    return { call, origin: from, image };
  });

  // Until the library is mapped a call looks uncovered; in an image that gets it, it was only early.
  return marked.map(({ call, origin: from, image }) => ({
    ...call,
    borrowed: image.borrowed,
    origin: from === "uncovered" && image.base !== undefined ? "before" : from,
  }));
}

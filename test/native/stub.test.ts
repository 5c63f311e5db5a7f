/** The stub's offsets in stubs-x86_64.h against the instructions that are in the library. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureNative } from "../../src/recorder/native-build.ts";
import { projectRoot } from "../helpers/programs.ts";
import { missingReason, titled } from "../helpers/tools.ts";

/** A number that the header defines. */
function constant(name: string): number {
  const header = readFileSync(join(projectRoot, "src/native/patch/stubs-x86_64.h"), "utf8");
  const value = new RegExp(`^#define ${name} (\\d+)u?\\b`, "m").exec(header)?.[1];
  if (value === undefined) throw new Error(`${name} is not in stubs-x86_64.h`);
  return Number(value);
}

interface Instruction {
  readonly at: number;
  readonly text: string;
}

function symbols(library: string): Map<string, number> {
  const listing = execFileSync("nm", [library], { encoding: "utf8" });
  return new Map(
    [...listing.matchAll(/^([0-9a-f]+) \w (\S+)$/gm)].map(([, at, name]) => [
      name ?? "",
      Number.parseInt(at ?? "", 16),
    ]),
  );
}

function disassemble(library: string, from: number, to: number): Instruction[] {
  const range = [`--start-address=${from}`, `--stop-address=${to}`];
  const flags = ["-D", "-j", ".text", "-z", "-w", "--no-show-raw-insn", ...range, library];
  const text = execFileSync("objdump", flags, { encoding: "utf8" });
  return [...text.matchAll(/^ +([0-9a-f]+):\t(.*?) *$/gm)].map(([, at, code]) => ({
    at: Number.parseInt(at ?? "", 16) - from,
    text: (code ?? "").replace(/ +/g, " "),
  }));
}

const reason = missingReason(["objdump", "nm"]);
describe.skipIf(reason)(titled("a stub", reason), () => {
  const { hook } = ensureNative();
  const names = reason === undefined ? symbols(hook) : new Map<string, number>();
  const base = names.get("mt_stubs") ?? 0;
  const bytes = constant("MT_STUB_BYTES");
  const count = constant("MT_STUB_COUNT");
  const target = (name: string) => (names.get(name) ?? 0).toString(16);

  it("has its parts where the header says", () => {
    const stub = disassemble(hook, base, base + bytes);
    const at = (offset: number) => stub.find((one) => one.at === offset)?.text;
    const back = constant("MT_STUB_BACK");
    expect(at(constant("MT_STUB_MOVED"))).toMatch(/^nop/);
    expect(at(constant("MT_STUB_NUMBER"))).toBe("mov $0x0,%eax");
    expect(constant("MT_STUB_NUMBER") - constant("MT_STUB_MOVED")).toBe(
      constant("MT_STUB_MOVED_MAX"),
    );
    expect(at(constant("MT_STUB_INLINE"))).toBe("syscall");
    expect(at(back)).toMatch(/^jmp /);
    expect(at(back + constant("MT_JUMP_BYTES"))).toBe("syscall");
    expect(constant("MT_STUB_INLINE_AFTER")).toBe(back + constant("MT_JUMP_BYTES"));
    const after = stub.filter((one) => one.at > constant("MT_STUB_INLINE_AFTER"));
    expect(after.slice(0, 2).map((one) => one.text.replace(/ <.*/, ""))).toEqual([
      "test %rax,%rax",
      `je ${(base + back).toString(16)}`,
    ]);
  });

  it("skips the red zone and keeps the flags before it asks", () => {
    const stub = disassemble(hook, base, base + bytes);
    const number = constant("MT_STUB_NUMBER");
    const way = stub.filter((one) => one.at > number && one.at < constant("MT_STUB_INLINE"));
    expect(way.map((one) => one.text.replace(/ <.*/, ""))).toEqual([
      `lea -0x${constant("MT_RED_ZONE").toString(16)}(%rsp),%rsp`,
      "pushf",
      "push $0x0",
      `jmp ${target("mt_entry")}`,
    ]);
  });

  it("is there as often as the header says, each with its own number", () => {
    expect(base % 4096).toBe(0);
    const all = disassemble(hook, base, base + bytes * count);
    const pushed = all.filter(({ text }) => text.startsWith("push $"));
    const told = all.filter(({ text }) => /^mov +\$0x[0-9a-f]+,%ecx/.test(text));
    const numbers = (list: Instruction[]) =>
      list.map(({ text }) => Number(/\$(0x[0-9a-f]+)/.exec(text)?.[1]));
    expect(numbers(pushed)).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(numbers(told)).toEqual(numbers(pushed));
    for (const [i, { at }] of pushed.entries()) expect(Math.floor(at / bytes)).toBe(i);
  });

  it("needs no library, and nobody can call into it", () => {
    const needed = execFileSync("objdump", ["-p", hook], { encoding: "utf8" });
    expect(needed).not.toContain("NEEDED");
    const dynamic = execFileSync("nm", ["-D", hook], { encoding: "utf8" });
    const lines = dynamic.split("\n").filter((line) => line !== "");
    // Weak names of the loader's alone: the library runs without any libc.
    for (const line of lines) expect(line).toMatch(/^ +w (_r_debug|_dl_debug_addr|__environ)(@|$)/);
  });
});

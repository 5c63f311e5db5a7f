import { describe, expect, it } from "vitest";
import {
  type CodeFrame,
  frameName,
  functionName,
  withoutParameters,
} from "../../src/sites/code-frame.ts";

describe("a name without its parameters", () => {
  it.each([
    ["main", "main"],
    ["deep(int)", "deep"],
    ["store::Pile<char>::reserve(unsigned long) const", "store::Pile<char>::reserve"],
    ["void f<void (*)(int)>(void (*)(int))", "void f<void (*)(int)>"],
    ["(anonymous namespace)::run(char*)", "(anonymous namespace)::run"],
    ["Act::operator()(int)", "Act::operator()"],
    ["make()::{lambda()#2}::operator()() const", "make()::{lambda()#2}::operator()"],
    ["part(int) [clone .cold]", "part"],
    ["<chain::Pile<u8>>::grow", "<chain::Pile<u8>>::grow"],
    ["chain::main::{closure#0}", "chain::main::{closure#0}"],
    ["(anonymous)", "(anonymous)"],
    ["broken)", "broken)"],
  ])("%s", (name, short) => {
    expect(withoutParameters(name)).toBe(short);
  });
});

describe("a frame's name falls back step by step", () => {
  const frame: CodeFrame = { module: "/usr/lib/libfoo.so.1", offset: 0x12a0, isInlined: false };
  it.each([
    [{ function: "grow", file: "/src/list.c", line: 76 }, "grow (list.c:76)"],
    [{ function: "grow", file: "/src/list.c" }, "grow (list.c)"],
    [{ function: "grow" }, "grow"],
    [{}, "libfoo.so.1+0x12a0"],
    [{ module: "" }, "0x12a0"],
  ])("%o", (more, name) => {
    expect(frameName({ ...frame, ...more })).toBe(name);
    expect(functionName({ ...frame, ...more })).toBe(name.replace(/ \(.*/, ""));
  });
});

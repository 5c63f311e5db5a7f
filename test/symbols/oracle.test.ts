/** Names against gdb and binutils, on the fixtures in every form of debug information. */
import { execFileSync } from "node:child_process";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { askAddr2line } from "../../src/symbols/addr2line.ts";
import { askElfutils } from "../../src/symbols/elfutils.ts";
import type { SourceFrame } from "../../src/symbols/lookup.ts";
import { type SymbolOptions, symbolise } from "../../src/symbols/symbolise.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import {
  buildIdOf,
  byBuildId,
  callAddresses,
  compile,
  copyOf,
  place,
  splitDebug,
} from "./builds.ts";
import { askGdb } from "./debuggers.ts";

function lookUp(path: string, addresses: readonly number[], options: SymbolOptions = {}) {
  const [answer] = symbolise([{ path, buildId: buildIdOf(path), addresses }], options);
  expect(answer?.reason).toBeUndefined();
  expect(answer?.state).toBe("read");
  return answer?.frames ?? [];
}

function short({ name, file, line }: SourceFrame) {
  return { name, file: file && basename(file), line };
}

/** The outermost function owns the symbol, the innermost the line. */
function asGdb(frames: readonly SourceFrame[]) {
  const { file, line } = short(frames[0] ?? {});
  return { name: frames.at(-1)?.name, file, line };
}

const own = /^(grow|fresh|fill|main)$/;
const gdb = missingReason(["gdb", "gcc", "objdump"]);
describe.skipIf(gdb !== undefined)(titled("functions, files and lines equal gdb's", gdb), () => {
  it.each([
    ["without optimisation", ["-g", "-O0"], 7],
    ["optimised, with an inlined function", ["-g", "-O2"], 6],
    ["no position-independent code", ["-g", "-O1", "-no-pie"], 6],
    ["an older DWARF", ["-g", "-gdwarf-4", "-O2"], 6],
    ["compressed debug information", ["-g", "-gz=zlib", "-O2"], 6],
    ["without debug information", ["-O1"], 6],
  ] as const)("C, %s", (_, flags, least) => {
    const program = compile("chain.c", ...flags);
    const addresses = callAddresses(program, own);
    expect(addresses.length).toBeGreaterThanOrEqual(least);
    expect(lookUp(program, addresses).map(asGdb)).toEqual(askGdb(program, addresses));
  });

  it("C, stripped, with a debug file by its build-id in a directory of its own", () => {
    const program = compile("chain.c", "-g", "-O2");
    const addresses = callAddresses(program, own);
    const debugFolder = place();
    const before = lookUp(program, addresses);
    splitDebug(program, byBuildId(debugFolder, buildIdOf(program)));
    const after = lookUp(program, addresses, { debugFolders: [debugFolder] });
    expect(after).toEqual(before);
    expect(after.map(asGdb)).toEqual(askGdb(program, addresses, debugFolder));
    expect(new Set(after.map((frames) => frames.at(-1)?.name))).toEqual(
      new Set(["grow", "fill", "main"]),
    );
    expect(
      lookUp(program, addresses, { debugFolders: [debugFolder], reader: "addr2line" }).map(asGdb),
    ).toEqual(after.map(asGdb));
  });

  it.each(["beside it", "in .debug"])("C, stripped, with a debug link to a file %s", (where) => {
    const program = compile("chain.c", "-g", "-O2", "-Wl,--build-id=none");
    const addresses = callAddresses(program, own);
    const folder = where === "beside it" ? dirname(program) : join(dirname(program), ".debug");
    const debug = join(folder, "chain.dbg");
    splitDebug(program, debug);
    execFileSync("objcopy", ["--add-gnu-debuglink", debug, program]);
    const frames = lookUp(program, addresses);
    expect(frames.map(asGdb)).toEqual(askGdb(program, addresses));
    expect(frames.every(([first]) => first?.line !== undefined)).toBe(true);
    const byOther = lookUp(program, addresses, { reader: "addr2line" });
    expect(byOther.map(asGdb)).toEqual(frames.map(asGdb));
  });

  const cxx = missingReason(["g++"]);
  it.skipIf(cxx !== undefined)(titled("C++, with templates and operators", cxx), () => {
    const program = compile("chain.cpp", "-g", "-O0");
    const addresses = callAddresses(program, /^(main|_ZN5store4Pile.*)$/);
    expect(addresses.length).toBeGreaterThan(10);
    const frames = lookUp(program, addresses);
    expect(frames.map(asGdb)).toEqual(askGdb(program, addresses));
    expect(frames.map((one) => one[0]?.name)).toContain(
      "store::Pile<char>::reserve(unsigned long)",
    );
  });

  const rust = missingReason(["rustc"]);
  it.skipIf(rust !== undefined)(titled("Rust", rust), () => {
    const program = compile("chain.rs", "-g", "-C", "symbol-mangling-version=v0");
    const addresses = callAddresses(program, /^_R.*5chain.*(4grow|4each|4main)/);
    expect(addresses.length).toBeGreaterThan(5);
    const frames = lookUp(program, addresses);
    // gdb tells the hash of a crate behind its name.
    const theirs = askGdb(program, addresses).map(({ name, ...place }) => ({
      name: name.replace(/\[[0-9a-f]{8,16}\]/g, ""),
      ...place,
    }));
    expect(frames.map(asGdb)).toEqual(theirs);
    const names = frames.flat().map(({ name }) => name);
    expect(names).toContain("<chain::Pile<u8>>::grow");
  });
});

const elfutils = missingReason(["eu-addr2line", "gcc", "objdump"]);
it.skipIf(elfutils !== undefined)(
  titled("elfutils itself is asked where it is there", elfutils),
  () => {
    const program = compile("chain.c", "-g", "-O1");
    const addresses = callAddresses(program, own);
    const [answer] = askElfutils([{ path: program, addresses }], []) ?? [];
    expect(answer).toEqual({ frames: lookUp(program, addresses) });
  },
);

const binutils = missingReason(["addr2line", "gcc", "objdump"]);
describe.skipIf(binutils !== undefined)(
  titled("inlined functions equal addr2line's", binutils),
  () => {
    it.each([
      ["chain.c", own],
      ["chain.cpp", /^(main|_ZN5store4Pile.*)$/],
    ] as const)("%s", (source, functions) => {
      const program = compile(source, "-g", "-O2");
      const addresses = callAddresses(program, functions);
      const theirs = askAddr2line({ path: program, addresses });
      const frames = lookUp(program, addresses).map((one) => one.map(short));
      expect(frames.some((one) => one.length > 1)).toBe(true);
      expect(theirs).toHaveProperty("frames");
      if (theirs !== undefined && "frames" in theirs) {
        expect(frames).toEqual(theirs.frames.map((one) => one.map(short)));
      }
    });

    const rust = missingReason(["rustc"]);
    it.skipIf(rust !== undefined)(
      titled("at every call of a Rust program and its library", rust),
      () => {
        const program = compile("chain.rs", "-g", "-O");
        const addresses = callAddresses(program, /./);
        expect(addresses.length).toBeGreaterThan(2000);
        const theirs = askAddr2line({ path: program, addresses });
        if (theirs === undefined || !("frames" in theirs)) throw new Error("addr2line is mute");
        // binutils names the unit where no line is known, and mistakes some files of DWARF 5.
        const plain = (frames: readonly SourceFrame[]) =>
          frames.map(({ name, line }) => ({ name, line }));
        const frames = lookUp(program, addresses);
        // Where symbols alone are known, folded functions have several names, each as good.
        const told = frames.flatMap((one, i) => (one[0]?.file === undefined ? [] : [i]));
        expect(told.length).toBeGreaterThan(500);
        expect(told.map((i) => plain(frames[i] ?? []))).toEqual(
          told.map((i) => plain(theirs.frames[i] ?? [])),
        );
        expect(frames.filter((one) => one.length > 1).length).toBeGreaterThan(20);
      },
    );
  },
);

describe.skipIf(binutils !== undefined)(titled("without elfutils and binutils", binutils), () => {
  it("the own reader gives the functions of the symbol table", () => {
    const program = compile("chain.c", "-g", "-O1");
    const addresses = callAddresses(program, own);
    const names = lookUp(program, addresses, { reader: "own" }).map((one) => one[0]?.name);
    expect(names).toEqual(askGdb(program, addresses).map(({ name }) => name));
  });

  it("and those of .dynsym where there is no other", () => {
    const program = compile("chain.c", "-g", "-O1", "-rdynamic");
    const addresses = callAddresses(program, /^(grow|fill)$/);
    execFileSync("strip", ["--strip-all", program]);
    const names = lookUp(program, addresses, { reader: "own" }).map((one) => one[0]?.name);
    expect(new Set(names)).toEqual(new Set(["grow", "fill"]));
  });

  it("and those of a debug file", () => {
    const program = compile("chain.c", "-g", "-O1");
    const addresses = callAddresses(program, own);
    const debugFolder = place();
    splitDebug(program, byBuildId(debugFolder, buildIdOf(program)));
    expect(
      symbolise([{ path: copyOf(program), buildId: undefined, addresses }], { reader: "own" })[0],
    ).toMatchObject({
      state: "unreadable",
      reason: "it has no symbols",
    });
    const names = lookUp(program, addresses, { reader: "own", debugFolders: [debugFolder] });
    const known = new Set(["fresh", "grow", "fill", "main"]);
    expect(new Set(names.map((one) => one[0]?.name))).toEqual(known);
  });
});

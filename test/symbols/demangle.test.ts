import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openDemangler } from "../../src/ffi/demangle.ts";
import { demangleAll, demangleRust } from "../../src/symbols/demangle.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import { compile } from "./builds.ts";

describe("Rust's names", () => {
  it.each([
    ["_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt"],
    [
      "_ZN60_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..ops..Drop$GT$4drop17h0123456789abcdefE",
      "<alloc::vec::Vec<T> as core::ops::Drop>::drop",
    ],
    ["_ZN3foo3bar17h0123456789abcdefE.llvm.1234ABCD", "foo::bar"],
    ["_RNvC5chain4main", "chain::main"],
    ["_RNCNvC5chain4main0", "chain::main::{closure#0}"],
    ["_RNCNvC5chain4mains_0", "chain::main::{closure#1}"],
    ["_RINvC5chain4eachhE", "chain::each::<u8>"],
    ["_RINvC5chain3arrKj5_Kb1_E", "chain::arr::<5, true>"],
    ["_RNvMC5chainINtC5chain4PilehE4grow", "<chain::Pile<u8>>::grow"],
    ["_RNvXC5chainNtC5chain4PileNtC5chain3Eat3eat", "<chain::Pile as chain::Eat>::eat"],
    ["_RINvC5chain4eachFUKCShEuE", 'chain::each::<unsafe extern "C" fn([u8])>'],
    ["_RINvC5chain4eachTlQePOaAhj3_EE", "chain::each::<(i32, &mut str, *const *mut i8, [u8; 3])>"],
  ])("%s", (mangled, plain) => {
    expect(demangleRust(mangled)).toBe(plain);
  });

  it.each([
    "",
    "_R",
    "_RN",
    "_RNvC",
    "_RNvB_3foo",
    "_RINvC5chain4eachRLeKj5_E",
    "_ZN3fooE",
    "_ZN9999foo17h0123456789abcdefE",
    "main",
  ])("no name of Rust: %s", (name) => {
    expect(demangleRust(name)).toBeUndefined();
  });

  it("of any shape end in time, whatever is nested in them", () => {
    expect(demangleRust(`_RINvC1a1b${"R".repeat(100_000)}hE`)).toBeUndefined();
    expect(demangleRust(`_RINvC1a1b${"TB5_B5_".repeat(50)}E`)).toBeUndefined();
    const letters = fc.constantFrom(..."RNvCIEBTSAPhjK0123_sMXYuLGFDp1a");
    const names = fc.array(letters, { maxLength: 60 }).map((parts) => `_R${parts.join("")}`);
    fc.assert(
      fc.property(names, (name) => {
        const plain = demangleRust(name);
        expect(plain === undefined || plain.length > 0).toBe(true);
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  const reason = missingReason(["rustc", "c++filt", "nm"]);
  it.skipIf(reason !== undefined)(titled("equal c++filt's in a whole program", reason), () => {
    const symbols = (...flags: string[]) =>
      execFileSync("nm", [compile("chain.rs", ...flags)], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
      })
        .split("\n")
        .map((line) => line.slice(19))
        .filter((name) => /^_R|^_ZN.*17h[0-9a-f]{16}E/.test(name));
    const names = [...new Set(symbols("-g", "-C", "symbol-mangling-version=v0"))];
    expect(names.length).toBeGreaterThan(300);
    const filtered = execFileSync("c++filt", {
      input: `${names.join("\n")}\n`,
      encoding: "utf8",
    });
    // c++filt tells hashes of crates and types of constants as well.
    const theirs = filtered
      .trimEnd()
      .split("\n")
      .map((name) =>
        name
          .replace(/\[[0-9a-f]{8,16}\]/g, "")
          .replace(/(?<=[<,] ?-?(?:\d+|true|false)): (?:[iu](?:8|16|32|64|128|size)|bool)/g, "")
          .replace(/::h[0-9a-f]{16}$/, ""),
      );
    expect(names.map((name) => demangleRust(name))).toEqual(theirs);
  });
});

describe("C++ names", () => {
  const reason = missingReason(["c++filt"]);
  it.skipIf(reason !== undefined)(
    titled("are read by c++filt, those of no language stay", reason),
    () => {
      const names = ["_ZN5store4PileIcE7reserveEm", "main", "_Zbroken", "_RNvC5chain4main"];
      expect([...demangleAll(names)]).toEqual([
        ["_RNvC5chain4main", "chain::main"],
        ["_ZN5store4PileIcE7reserveEm", "store::Pile<char>::reserve(unsigned long)"],
        ["_Zbroken", "_Zbroken"],
      ]);
    },
  );

  it("are read by libstdc++ where it is installed", () => {
    const demangle = openDemangler();
    if (demangle === undefined) return;
    expect(demangle("_ZN5store4PileIcE7reserveEm")).toBe(
      "store::Pile<char>::reserve(unsigned long)",
    );
    expect(demangle("main")).toBeUndefined();
    expect(demangle(`_Z${"N".repeat(5000)}`)).toBeUndefined();
  });
});

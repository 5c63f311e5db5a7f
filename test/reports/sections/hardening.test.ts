import { describe, expect, it } from "vitest";
import type { HardeningData, WritableCode } from "../../../src/analyses/hardening.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { hardeningSection } from "../../../src/reports/sections/hardening.ts";

const row = (name: string, how: WritableCode["how"], mappings: number): WritableCode => ({
  process: 1,
  processName: `${4120 + mappings} jit`,
  name,
  how,
  mappings,
  bytes: 2048 * mappings,
  partly: false,
  events: [mappings],
});

const tables = (atOnce: readonly WritableCode[], inTurn: readonly WritableCode[]) => {
  const data: HardeningData = {
    atOnce: { rows: atOnce, more: 0 },
    inTurn: { rows: inTurn, more: 0 },
    notKept: 0,
  };
  return hardeningSection.tables(data, plainStyle);
};

describe("the table of writable code", () => {
  it("has what was so at once, then what was so in turn", () => {
    const atOnce = [row("emit (jit.c:9)", "atOnce", 2), row("libffi.so.8", "atOnce", 1)];
    expect(tables(atOnce, [row("seal", "inTurn", 1500)])).toEqual([
      [
        "  writable and executable   process      how  mappings     bytes",
        "  emit (jit.c:9)           4122 jit  at once         2     4 KiB",
        "  libffi.so.8              4121 jit  at once         1     2 KiB",
        "  seal                     5620 jit  in turn     1,500  2.93 MiB",
      ],
    ]);
  });

  it("is not there where nothing was", () => {
    expect(tables([], [])).toEqual([[]]);
  });

  it("has no picture, for a reason", () => {
    expect(hardeningSection.plot).toEqual({ none: "it is a list of mappings, not a quantity" });
  });
});

/** Files that are cut off or bent: read in part or told, never a crash. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ModuleAnswer, type SymbolReader, symbolise } from "../../src/symbols/symbolise.ts";
import { callAddresses, compile, elfOf, place } from "./builds.ts";

const program = compile("chain.c", "-g", "-O1", "-Wl,-z,noseparate-code");
const addresses = callAddresses(program, /^(grow|fill|main)$/);
const bytes = readFileSync(program);

/** Answers for the intact program between bent ones: those must not take it down with them. */
function askAll(paths: readonly string[], reader: SymbolReader): ModuleAnswer[] {
  const all = [...paths, program];
  return symbolise(
    all.map((path) => ({ path, buildId: undefined, addresses })),
    { reader },
  );
}

function expectSound(answers: readonly ModuleAnswer[]): void {
  for (const { state, reason, frames } of answers) {
    expect(frames.length).toBe(addresses.length);
    if (state !== "read") expect(reason).toMatch(/^[a-z]/);
  }
  const intact = answers.at(-1);
  expect(intact?.state).toBe("read");
  expect(intact?.frames.map((one) => one.at(-1)?.name)).toContain("fill");
}

/** A linear congruential generator (Numerical Recipes): the same flips on every run. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function written(all: readonly Uint8Array[]): string[] {
  const folder = place();
  return all.map((content, i) => {
    const path = join(folder, String(i));
    writeFileSync(path, content);
    return path;
  });
}

const cuts = Array.from({ length: Math.floor(bytes.length / 64) }, (_, i) =>
  bytes.subarray(0, i * 64),
);

function bent(seed: number, count: number, within: number): Uint8Array[] {
  const next = generator(seed);
  return Array.from({ length: count }, () => {
    const copy = Uint8Array.from(bytes);
    for (let flips = 1 + next(8); flips > 0; flips -= 1) copy[next(within)]! ^= 1 << next(8);
    return copy;
  });
}

describe("a file that is cut off at every 64th byte", () => {
  it.each(["elfutils", "own"] as const)("is told or read in part, %s", (reader) => {
    const answers = askAll(written(cuts), reader);
    expectSound(answers);
    expect(answers.filter(({ state }) => state === "unreadable").length).toBeGreaterThan(10);
  });

  it("gives an outline or a reason", () => {
    for (const cut of cuts) {
      const image = elfOf(cut);
      if ("reason" in image) expect(cut.length).toBeLessThan(64);
      else expect(image.damage).toMatch(/its (\d+ )?se(ctions|gments) (lie outside|reach beyond)/);
    }
  });
});

describe("a file with flipped bits", () => {
  it.each([
    ["in its headers", 1, 1024],
    ["anywhere", 2, bytes.length],
  ])("%s ends nothing but the process that reads it", (_, seed, within) => {
    const paths = written(bent(seed, 150, within));
    expectSound(askAll(paths, "elfutils"));
    expectSound(askAll(paths, "own"));
  });

  it("is read as addr2line reads it, or told", () => {
    expectSound(askAll(written(bent(3, 20, 2048)), "addr2line"));
  });
});

describe("addresses that no file has", () => {
  it.each(["elfutils", "addr2line", "own"] as const)("have no functions, %s", (reader) => {
    const [first = 0] = addresses;
    const asked = [-1, first, 2 ** 53 - 1, 0];
    const fixed = compile("chain.c", "-g", "-O1", "-no-pie");
    for (const path of [program, fixed]) {
      const [answer] = symbolise([{ path, buildId: undefined, addresses: asked }], { reader });
      expect(answer?.state).toBe("read");
      expect(answer?.frames[0]).toEqual([]);
      expect(answer?.frames[2]).toEqual([]);
    }
  });
});

describe("counts that no file can hold", () => {
  /** The header with the section count in the first section, elf(5). */
  function withSectionCount(count: bigint): Uint8Array {
    const copy = Uint8Array.from(bytes);
    const view = new DataView(copy.buffer);
    const sectionsAt = Number(view.getBigUint64(40, true));
    view.setUint16(60, 0, true);
    view.setBigUint64(sectionsAt + 32, count, true);
    return copy;
  }

  it.each([
    [1n << 40n, "it claims to have 1099511627776 sections"],
    [60_000n, "its 60000 sections reach beyond its end"],
    [(1n << 64n) - 1n, "it claims to have Infinity sections"],
  ])("%d sections", (count, reason) => {
    const content = withSectionCount(count);
    expect(elfOf(content)).toMatchObject({ sections: [], damage: reason });
    expectSound(askAll(written([content]), "elfutils"));
    expectSound(askAll(written([content]), "own"));
  });

  it("a symbol table without an end", () => {
    const copy = Uint8Array.from(bytes);
    const view = new DataView(copy.buffer);
    const sectionsAt = Number(view.getBigUint64(40, true));
    for (let i = 0; i < view.getUint16(60, true); i += 1) {
      view.setBigUint64(sectionsAt + i * 64 + 32, 1n << 62n, true);
    }
    expectSound(askAll(written([copy]), "elfutils"));
    const [answer] = askAll(written([copy]), "own");
    expect(answer).toMatchObject({ state: "unreadable", reason: "it has no symbols" });
  });
});

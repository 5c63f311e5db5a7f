/** Which mutants a source has, and that each can be switched on alone in the text that holds them all. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { mutantsOf } from "../../scripts/mutate/mutants.ts";
import { rooms, sourcesOf } from "../../scripts/mutate/rooms.ts";
import { compiledIn } from "../../scripts/mutate/schemata.ts";
import { switchboard } from "../../scripts/mutate/switchboard.ts";
import { projectRoot } from "../helpers/programs.ts";

function labels(source: string): string[] {
  return mutantsOf("a.ts", source).map(({ label }) => label);
}

describe("the mutants of", () => {
  it.each([
    ["f(a - b);", ["remove f(a - b);", "a - b → a + b"]],
    ["const c = a <= b;", ["a <= b → a < b", "a <= b → a > b"]],
    ["const c = a && !b;", ["a && !b → a", "a && !b → !b", "!b → b"]],
    ["const c = a ?? b();", ["a ?? b() → a"]],
    ["const c = map.get(a) ?? 0;", ["0 → 1"]],
    ["const c = { x: a, y: b };", ["swap the values of x, y"]],
    ["const c = { a, b };", ["swap the values of a, b"]],
    ["const c = [a, b, a];", ["swap a, b", "swap b, a"]],
    ["const c = f(a, b);", ["swap a, b"]],
    ["const c = Math.min(a, a);", ["Math.min → max"]],
    [
      "const c = list.sort((a, b) => a - b);",
      ["list.sort((a, b) => a - b) → list", "a - b → b - a"],
    ],
    ["const c = list.length;", ["list.length → list.length + 1"]],
    ["const c = 1;", ["1 → 2", "1 → 0"]],
    ["const c = 'word';", ["'word' → \"\""]],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a template.
    ["const c = `${a} of ${b}`;", ["`${a} of ${b}` → `${a}${b}`", "swap a, b"]],
    ["if (a === b) f();", ["a === b → true", "a === b → false", "remove f();"]],
    ["if (a < b) f();", ["a < b → a <= b", "a < b → true", "a < b → false", "remove f();"]],
    ["for (const a of list) f(a);", ["of list → of []", "remove f(a);"]],
    ["function f() { throw a; }", ["remove throw a;"]],
    ["a += b;", ["a += b → a -= b"]],
    ["x = 0; y = 0;", ["remove x = 0;", "0 → 1", "remove y = 0;", "0 → 1 #2"]],
  ])("%s", (source, expected) => {
    expect(labels(source)).toEqual(expected);
  });

  it.each([
    "import { a } from 'b';",
    "type A = 'b' | 1; interface C { d: 'e' }",
    "const a = b as 'c';",
    "class A extends B { constructor() { super(); } }",
  ])("%s: not the names of modules, types or calls of super", (source) => {
    expect(labels(source).filter((label) => /'|super/.test(label))).toEqual([]);
  });
});

/** What `run()` of the source returns, without a mutant and then with each of them. */
function resultsOf(source: string): unknown[] {
  const mutants = mutantsOf("a.ts", source);
  const text = compiledIn("a.ts", source, mutants, 0);
  switchboard.install(mutants.length);
  const run = new Function(`${text}; return run();`) as () => unknown;
  return [-1, ...mutants.keys()].map((id) => {
    switchboard.turnOn(id, 1000);
    try {
      return run();
    } catch (error) {
      return String(error);
    } finally {
      switchboard.turnOff();
    }
  });
}

describe("the text with all mutants", () => {
  it("is the source until one is switched on", () => {
    // Mutants: 2 → 3, 3 → 4, and of each product and sum the operator.
    const source = "function run() { return 2 * 3 + 4; }";
    expect(mutantsOf("a.ts", source).map(({ label }) => label)).toEqual([
      "2 * 3 + 4 → 2 * 3 - 4",
      "2 * 3 → 2 / 3",
      "2 → 3",
      "3 → 4",
      "4 → 5",
    ]);
    expect(resultsOf(source)).toEqual([10, 2, 2 / 3 + 4, 13, 12, 11]);
  });

  it("stops a loop that no longer ends", () => {
    const source = "function run() { let i = 7; while (i > 0) i--; return i; }";
    // i = 8, i >= 0, i <= 0, no loop, i++.
    expect(labels(source)).toEqual([
      "7 → 8",
      "i > 0 → i >= 0",
      "i > 0 → i <= 0",
      "i > 0 → false",
      "0 → 1",
      "i-- → i++",
    ]);
    expect(resultsOf(source)).toEqual([0, 0, -1, 7, 7, 1, "Error: a loop ran 1001 times"]);
  });

  it("keeps a chain of optional members whole", () => {
    const source = "function run() { const a = undefined; return a?.b(1).c(2, 3).d; }";
    // Whatever is mutated behind it, an undefined `a` gives undefined.
    expect(new Set(resultsOf(source))).toEqual(new Set([undefined]));
  });

  it("compiles, for every source that can be mutated", () => {
    for (const path of rooms.flatMap((room) => sourcesOf(projectRoot, room))) {
      const source = readFileSync(join(projectRoot, path), "utf8");
      const mutants = mutantsOf(path, source);
      expect(parseSync(path, compiledIn(path, source, mutants, 0)).errors, path).toEqual([]);
    }
  });
});

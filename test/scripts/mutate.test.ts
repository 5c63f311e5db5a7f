/** The mutation test over a made project: what its test notices is found, the rest is reported. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { sample } from "../../scripts/mutate/plan.ts";
import { mutate } from "../../scripts/mutate/run.ts";
import { projectRoot } from "../helpers/programs.ts";

const root = mkdtempSync(join(tmpdir(), "maptrail-mutate-"));
afterAll(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

for (const name of ["scripts", "node_modules"])
  symlinkSync(join(projectRoot, name), join(root, name));
put("package.json", '{ "type": "module" }');
put(
  "src/made/made.ts",
  `export function larger(a: number, b: number): number {
  return a > b ? a : b;
}
export function count(n: number): number {
  let i = 0;
  while (i < n) i += 1;
  return i;
}
export const limit = 40;
export const words = ["one", "two"];
export function unasked(a: number): number {
  return -a;
}
`,
);
put(
  "test/made/made.test.ts",
  `import { afterEach, expect, it } from "vitest";
import { count, larger, limit, words } from "../../src/made/made.ts";
let open = 0;
afterEach(() => { open -= 1; });
it("is larger", () => {
  expect(open).toBe(0);
  open += 1;
  expect(larger(2, 1)).toBe(2);
  expect(larger(1, 2)).toBe(2);
});
it("counts", () => { open += 1; expect(count(3)).toBe(3); });
it("has a limit", () => { open += 1; expect(limit).toBe(40); expect(words.length).toBe(2); });
`,
);
put(
  "test/mutation/judged.json",
  JSON.stringify([
    {
      path: "src/made/made.ts",
      code: "return a > b ? a : b;",
      mutation: "a > b → a >= b",
      why: "Equal numbers are the same number.",
    },
    { path: "src/made/made.ts", code: "return 0;", mutation: "0 → 1", why: "It was here once." },
  ]),
);

it("finds, judges and reports", async () => {
  const options = { wings: ["made"], files: [], tests: [], sample: undefined, seed: 1 };
  const lines = await mutate({ ...options, root, slowestMs: 1000 }, () => undefined);
  // Found are 9: true and false for a > b; <=, >= and false for i < n; i -= 1; 1 → 2 and 1 → 0 (it
  // and i -= 1 never end); 40 → 41, though it is set while the file is loaded. From 1, too, count
  // comes to 3.
  expect(lines).toEqual([
    "Survivors:",
    "  src/made/made.ts:5  0 → 1",
    "      let i = 0;",
    '  src/made/made.ts:10  swap "one", "two"',
    '      export const words = ["one", "two"];',
    '  src/made/made.ts:10  "one" → ""',
    '      export const words = ["one", "two"];',
    '  src/made/made.ts:10  "two" → ""',
    '      export const words = ["one", "two"];',
    "  src/made/made.ts:12  -a → a  (no test comes here)",
    "      return -a;",
    "",
    "Judged, but not there any more:",
    expect.stringMatching(/It was here once./),
    "",
    "                   score  killed  survived  judged",
    "src/made/made.ts  64.3 %       9         5       1",
    "",
    "       score  killed  survived  judged",
    "made  64.3 %       9         5       1",
  ]);
});

it("samples alike for one seed, and otherwise for another", () => {
  const ids = Array.from({ length: 100 }, (_, i) => i);
  const first = sample(ids, 10, 1);
  expect(first).toHaveLength(10);
  expect(new Set(first).size).toBe(10);
  expect(sample(ids, 10, 1)).toEqual(first);
  expect(sample(ids, 10, 2)).not.toEqual(first);
  expect(sample(ids, 200, 1)).toEqual(ids);
});

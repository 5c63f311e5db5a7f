/** Golden texts: files that hold what a program is to say, to the letter. UPDATE_GOLDEN=1 writes them anew. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";

export function goldenText(name: string): string {
  return readFileSync(join(import.meta.dirname, name), "utf8");
}

export function expectGolden(name: string, text: string): void {
  const path = join(import.meta.dirname, name);
  if (process.env["UPDATE_GOLDEN"] !== undefined) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text, `test/golden/${name}`).toBe(goldenText(name));
}

/** JSON with a line for each thing, but lists of numbers and words on one. */
export function prettyJson(json: string): string {
  const text = JSON.stringify(JSON.parse(json), undefined, 1);
  const flat = text.replace(/\[\s+([^[\]{}]*?)\s+\]/g, (_, inside: string) => {
    return `[${inside.replace(/,\s+/g, ", ")}]`;
  });
  return `${flat}\n`;
}

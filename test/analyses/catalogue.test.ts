/** What is owed to every analysis: a test of its own, a section, a picture or a reason, a row in the README. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/analyses/catalogue.ts";
import { sections } from "../../src/reports/sections/sections.ts";

const root = new URL("../..", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** The rows of the README's table of analyses: id and answer. */
function readmeRows(): [id: string, answers: string][] {
  const [, table = ""] = text("README.md").split("| analysis | what it answers |\n|---|---|\n");
  const rows = table.slice(0, table.indexOf("\n\n")).split("\n");
  return rows.map((row) => {
    const [, id = "", answers = ""] = row.split("|").map((cell) => cell.trim());
    return [id, answers];
  });
}

describe.each(catalogue)("$id", ({ id, title, question, basis, thresholds }) => {
  it("stands in a file of its name, with a test beside it that looks at its data", () => {
    expect(text(`src/analyses/${id}.ts`)).toContain(`id: "${id}"`);
    expect(text(`test/analyses/${id}.test.ts`)).toContain(`of("${id}")`);
  });

  it("has a section in the reports, with a test of its own, and a picture or a reason for none", () => {
    const { plot } = sections[id];
    expect(existsSync(new URL(`test/reports/sections/${id}.test.ts`, root))).toBe(true);
    if ("none" in plot) expect(plot.none.length).toBeGreaterThan(20);
    else expect(plot.draw).toBeTypeOf("function");
  });

  it("says what it asks, what it rests on, and why its limits are what they are", () => {
    expect(title).toMatch(/^[A-Z]/);
    expect(question).toMatch(/\?$/);
    expect(basis.length).toBeGreaterThan(0);
    for (const { reason } of Object.values(thresholds)) expect(reason.length).toBeGreaterThan(20);
  });
});

describe("the README", () => {
  it("has a row for each analysis, in their order, and none for another", () => {
    expect(readmeRows().map(([id]) => id)).toEqual(catalogue.map(({ id }) => id));
    for (const [, answers] of readmeRows()) expect(answers.length).toBeGreaterThan(20);
  });

  it("names no number of analyses, which the next one would make untrue", () => {
    expect(text("README.md")).not.toMatch(/\b(all|the) \w+ analyses\b/);
  });
});

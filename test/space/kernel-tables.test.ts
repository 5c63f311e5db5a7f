/** Rule by rule: the model's regions against rows that a kernel produced (`npm run tables:space`). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createBatch, eventFlags } from "../../src/events/batch.ts";
import { memoryCalls } from "../../src/events/kinds.ts";
import { compareMaps } from "../../src/space/compare.ts";
import { predict } from "../../src/space/predict.ts";
import { parseMaps } from "../../src/space/regions/proc-maps.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { FileTable } from "../../src/space/state/files.ts";
import { descriptorFacts } from "../helpers/kernel-model.ts";
import type { TableCase, TableStep, Tables } from "../helpers/kernel-tables.ts";

const path = join(import.meta.dirname, "../../fixtures/space/kernel-tables.json");
const tables = JSON.parse(readFileSync(path, "utf8")) as Tables;

function number(text: string): number {
  return text.startsWith("-") ? -Number(text.slice(1)) : Number(text);
}

/** The kernel's lines after step `i`: those that it had before, where the call changed none. */
function mapsAfter(table: TableCase, i: number): readonly string[] {
  for (let n = i; n >= 0; n -= 1) {
    const { after } = table.steps[n]!;
    if (after !== undefined) return after;
  }
  return table.before;
}

function start(table: TableCase): AddressSpace {
  const files = new FileTable((id) => {
    const file = tables.files[id - 1];
    return file && { ...file, path: `/memfd:${id}` };
  });
  const space = new AddressSpace({ files, features: tables.features });
  space.adopt(parseMaps(table.before.join("\n")).lines);
  return space;
}

/** What the model foretells, where it does. */
function foretold(space: AddressSpace, step: TableStep): number | undefined {
  const { file } = step;
  return predict(space, memoryCalls[step.call], step.args.map(number), {
    descriptor: () => (file === undefined ? undefined : descriptorFacts(file - 1)),
  });
}

function apply(space: AddressSpace, step: TableStep, seq: number): void {
  const batch = createBatch(1);
  batch.kind[0] = memoryCalls[step.call];
  step.args.forEach((text, n) => {
    batch.args[n]![0] = number(text);
  });
  batch.result[0] = number(step.result);
  batch.file[0] = step.file ?? 0;
  if (step.shmBytes !== undefined) {
    batch.flags[0] = eventFlags.shmSize;
    batch.args[3]![0] = step.shmBytes;
    batch.args[4]![0] = number(step.args[0]!);
  }
  space.apply(batch, 0, seq);
}

describe.each([...new Set(tables.cases.map((table) => table.rule))])("%s", (rule) => {
  const cases = tables.cases.filter((table) => table.rule === rule);
  it.each(cases.map((table) => [table.name, table] as const))("%s", (_, table) => {
    const space = start(table);
    table.steps.forEach((step, i) => {
      const where = `${step.call}(${step.args.join(", ")}) = ${step.result}`;
      const expected = foretold(space, step);
      if (expected !== undefined) expect(number(step.result), where).toBe(expected);
      apply(space, step, i + 1);
      const kernel = parseMaps(mapsAfter(table, i).join("\n")).lines;
      expect(compareMaps(space, kernel).divergences, where).toEqual([]);
      // No page was touched, so that calls alone decide which neighbours are one.
      const counted = step.call.startsWith("shm") || space.segments.size > 0;
      if (!counted) expect(space.snapshot().length, where).toBe(kernel.length);
    });
    expect(space.reports.contradictions).toBe(0);
  });
});

it("changes something in most cases, so that the tables can fail", () => {
  const ends = tables.cases.map(({ steps }) => steps[steps.length - 1]!);
  const accepted = ends.filter(({ result }) => !result.startsWith("-"));
  const changing = accepted.filter(({ after }) => after !== undefined);
  expect(changing.length).toBeGreaterThan(accepted.length / 2);
});

it("foretells three answers of four, so that what it foretells can fail", () => {
  const calls = tables.cases.flatMap((table) => {
    const space = start(table);
    return table.steps.map((step, i) => {
      const expected = foretold(space, step);
      apply(space, step, i + 1);
      return expected;
    });
  });
  const told = calls.filter((expected) => expected !== undefined);
  expect(told.length).toBeGreaterThan(calls.length * 0.75);
});

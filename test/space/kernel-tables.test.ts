/** Rule by rule: the model's regions against rows that a kernel produced (`npm run tables:space`). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createBatch, eventFlags } from "../../src/events/batch.ts";
import { memoryCalls } from "../../src/events/kinds.ts";
import { compareMaps } from "../../src/space/compare.ts";
import { parseMaps } from "../../src/space/regions/proc-maps.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { FileTable } from "../../src/space/state/files.ts";
import type { TableCase, TableStep, Tables } from "../helpers/kernel-tables.ts";

const path = join(import.meta.dirname, "../../fixtures/space/kernel-tables.json");
const tables = JSON.parse(readFileSync(path, "utf8")) as Tables;

function number(text: string): number {
  return text.startsWith("-") ? -Number(text.slice(1)) : Number(text);
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
      apply(space, step, i + 1);
      const kernel = parseMaps(step.after.join("\n")).lines;
      const where = `${step.call}(${step.args.join(", ")}) = ${step.result}`;
      expect(compareMaps(space, kernel).divergences, where).toEqual([]);
      // No page was touched, so that calls alone decide which neighbours are one.
      const counted = step.call.startsWith("shm") || space.segments.size > 0;
      if (!counted) expect(space.snapshot().length, where).toBe(kernel.length);
    });
    expect(space.reports.contradictions).toBe(0);
  });
});

it("changes something in most cases, so that the tables can fail", () => {
  const changing = tables.cases.filter((table) => {
    const last = table.steps[table.steps.length - 1]!;
    const before =
      table.steps.length > 1 ? table.steps[table.steps.length - 2]!.after : table.before;
    return last.after.join() !== before.join();
  });
  expect(changing.length).toBeGreaterThan(tables.cases.length / 2);
});

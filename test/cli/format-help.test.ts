/** The help of import and export names every format, and no other. */
import { expect, it } from "vitest";
import { exportHelp, importHelp } from "../../src/cli/format-help.ts";
import { exporters } from "../../src/formats/export/exporters.ts";
import { tracedCalls } from "../../src/formats/import/calls-of-interest.ts";
import { importers } from "../../src/formats/import/importers.ts";

/** The words that begin a line of the list. */
function listed(help: string): string[] {
  return [...help.matchAll(/^ {2}([a-z-]+)(?: {2,}.*)?$/gm)].map((match) => match[1]!);
}

it("names what can be imported", () => {
  expect(listed(importHelp).sort()).toEqual(importers.map(({ name }) => name).sort());
});

it("names what can be written", () => {
  expect(listed(exportHelp).sort()).toEqual(exporters.map(({ name }) => name).sort());
});

it("traces the calls that are read", () => {
  const asked = [...importHelp.matchAll(/args->id == (\d+)/g)].map((match) => Number(match[1]));
  const numbers = tracedCalls.map(({ number }) => number);
  expect(asked).toEqual([...numbers, ...numbers]);
  expect(importHelp).toContain(`-e ${tracedCalls.map(({ name }) => name).join(",")} CMD`);
});

/** The help of import and export names every format, and no other. */
import { expect, it } from "vitest";
import { exportHelp, importHelp } from "../../src/app/format-help.ts";
import { exporters } from "../../src/formats/export/exporters.ts";
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

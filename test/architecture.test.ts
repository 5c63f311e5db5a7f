import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importsOf, notInLibrary, violations } from "./architecture.ts";

const root = new URL("..", import.meta.url);

function sourcesOf(folder: string): [string, string][] {
  return readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|js)$/.test(name))
    .map((name) => [`${folder}/${name}`, readFileSync(new URL(`${folder}/${name}`, root), "utf8")]);
}

describe("the project", () => {
  const sources = new Map([...sourcesOf("src"), ...sourcesOf("bin")]);

  it("keeps to the import ladder, the doors and the pure rooms, and has no cycle", () => {
    expect(violations(sources)).toEqual([]);
  });

  it("has a command line that uses the library and nothing else", () => {
    expect(notInLibrary(sources)).toEqual([]);
    // It was read: without the library nothing of it is offered.
    const bare = new Map([...sources].filter(([path]) => path !== "src/index.ts"));
    const missing = notInLibrary(bare).join("\n");
    expect(missing).toContain(
      "src/cli/commands/stats.ts: src/index.ts does not offer use-cases.ts: useCases",
    );
    expect(missing).toContain("event-filter.ts: parseFilter");
  });

  it("was read: its rooms and their imports are there to be judged", () => {
    expect(sources.size).toBeGreaterThan(20);
    const imports = importsOf(sources.get("src/store/open.ts") ?? "").map((item) => item.specifier);
    expect(imports).toContain("../base/errors.ts");
    expect(imports).toContain("node:fs");
  });
});

describe("a rule that is broken is named", () => {
  const cases: readonly (readonly [path: string, source: string, complaint: string])[] = [
    [
      "src/space/a.ts",
      'import { openStore } from "../store/open.ts";',
      "src/space/a.ts: space imports store, allowed are base, events",
    ],
    [
      "src/base/a.ts",
      'import type { Seq } from "../events/kinds.ts";',
      "src/base/a.ts: base imports types of events, allowed are none",
    ],
    [
      "src/reports/a.ts",
      'import { coverage } from "../analyses/coverage.ts";',
      "src/reports/a.ts: reports imports analyses, allowed are base, types of analyses, types of lab",
    ],
    [
      "src/cli/a.ts",
      'import {\n  run,\n} from "../tui/app.tsx";',
      "src/cli/a.ts: cli imports tui, allowed are base, app, listing, tui by import()",
    ],
    [
      "src/journal/a.ts",
      'export * from "../recorder/drain.ts";',
      "src/journal/a.ts: journal imports recorder, allowed are base, events",
    ],
    [
      "src/store/a.ts",
      'const load = () => import("../app/stats.ts");',
      "src/store/a.ts: store loads app, allowed are base, events",
    ],
    [
      "src/events/a.ts",
      'import "../space/region.ts";',
      "src/events/a.ts: events imports space, allowed are base",
    ],
    [
      "bin/maptrail.js",
      'import { main } from "../dist/app/main.js";',
      "bin/maptrail.js: bin imports app, allowed are cli",
    ],
    [
      "src/app/a.ts",
      'import Sqlite from "better-sqlite3";',
      "src/app/a.ts: app imports better-sqlite3, which only store may",
    ],
    [
      "src/recorder/a.ts",
      'const koffi = await import("koffi");',
      "src/recorder/a.ts: recorder imports koffi, which only ffi may",
    ],
    [
      "src/app/b.ts",
      'import type { Command } from "commander";',
      "src/app/b.ts: app imports commander, which only cli may",
    ],
    [
      "src/cli/b.ts",
      'import { render } from "ink";',
      "src/cli/b.ts: cli imports ink, which only tui may",
    ],
    [
      "src/reports/b.ts",
      'import { jsx } from "react/jsx-runtime";',
      "src/reports/b.ts: reports imports react, which only tui may",
    ],
    [
      "src/analyses/a.ts",
      'import { readFileSync } from "node:fs";',
      "src/analyses/a.ts: analyses imports node:fs, but it does no I/O",
    ],
    ["src/app/c.ts", 'import { readFileSync } from "fs";', "src/app/c.ts: fs is written node:fs"],
    [
      "src/space/b.ts",
      "export const now = () => Date.now();",
      "src/space/b.ts: it uses Date.now, but its room reads no clock and does no I/O",
    ],
    [
      "src/reports/c.ts",
      "const stamp = new Date().toISOString();",
      "src/reports/c.ts: it uses Date(), but its room reads no clock and does no I/O",
    ],
    [
      "src/journal/b.ts",
      "const begin = performance.now();",
      "src/journal/b.ts: it uses performance, but its room reads no clock and does no I/O",
    ],
    [
      "src/analyses/b.ts",
      "const begin = process.hrtime.bigint();",
      "src/analyses/b.ts: it uses process, but its room reads no clock and does no I/O",
    ],
    [
      "src/index.ts",
      'import { openStore } from "./store/open.ts";',
      "src/index.ts: index imports store, allowed are base, app, listing, types of events, types of space, types of analyses, types of store, types of sites, types of reports",
    ],
    ["src/attic/a.ts", "", "src/attic/a.ts: it stands in no room of the ladder"],
    ["src/main.ts", "", "src/main.ts: it stands in no room of the ladder"],
  ];
  it.each(cases)("%s: %s", (path, source, complaint) => {
    expect(violations(new Map([[path, source]]))).toEqual([complaint]);
  });

  it("a cycle of imports, once", () => {
    const sources = new Map([
      ["src/base/c.ts", 'import { a } from "./a.ts";'],
      ["src/base/a.ts", 'import { b } from "./b.ts";'],
      ["src/base/b.ts", 'export { c } from "./c.ts";'],
    ]);
    expect(violations(sources)).toEqual([
      "import cycle: src/base/a.ts -> src/base/b.ts -> src/base/c.ts -> src/base/a.ts",
    ]);
  });
});

describe("within a room", () => {
  it("two files that need each other's types are a cycle", () => {
    const sources = new Map([
      ["src/base/a.ts", 'import type { B } from "./b.ts";'],
      ["src/base/b.ts", 'import type { A } from "./a.ts";'],
    ]);
    expect(violations(sources)).toEqual([
      "import cycle: src/base/a.ts -> src/base/b.ts -> src/base/a.ts",
    ]);
  });

  it.each([
    [
      "src/analyses/recorders/a.ts",
      'import type { Facts } from "../facts.ts";',
      "src/analyses/recorders/a.ts: analyses/recorders imports analyses, allowed of its own room are analyses/tally",
    ],
    [
      "src/space/regions/a.ts",
      'import { edit } from "../state/edits.ts";',
      "src/space/regions/a.ts: space/regions imports space/state, allowed of its own room are none",
    ],
    [
      "src/app/stats.ts",
      'import { showVerify } from "./verify.ts";',
      "src/app/stats.ts: app/stats.ts imports the command verify.ts; move what both need to a wing",
    ],
    [
      "src/app/passes/analyse.ts",
      'import { showStats } from "../stats.ts";',
      "src/app/passes/analyse.ts: app/passes imports app, allowed of its own room are app/io, app/open",
    ],
  ])("%s: %s", (path, source, complaint) => {
    expect(violations(new Map([[path, source]]))).toEqual([complaint]);
  });

  it.each([
    ["src/analyses/blockers.ts", 'import { medianOf } from "./tally/numbers.ts";'],
    ["src/app/use-cases.ts", 'import type { StatsOptions } from "./stats.ts";'],
    ["src/formats/import/strace/a.ts", 'import { b } from "../b.ts";'],
  ])("%s may: %s", (path, source) => {
    expect(violations(new Map([[path, source]]))).toEqual([]);
  });
});

describe("what keeps to the rules passes", () => {
  const cases: readonly (readonly [path: string, source: string])[] = [
    ["src/store/a.ts", 'import Sqlite, { type Database } from "better-sqlite3";'],
    ["src/reports/a.ts", 'import type { Coverage } from "../analyses/coverage.ts";'],
    ["src/cli/a.ts", 'const { run } = await import("../tui/app.tsx");'],
    ["src/app/a.ts", 'import { openStore } from "../store/open.ts";'],
    ["src/space/a.ts", '// import { openStore } from "../store/open.ts";'],
    ["src/space/b.ts", "/** Never Date.now(). */ const at = 0;"],
    ["src/reports/b.ts", "const text = new Date(millis).toISOString();"],
    ["src/analyses/a.ts", "const pid = batch.process.length + row.performance.value;"],
    ["bin/maptrail.js", 'import { main } from "../dist/cli/main.js";'],
  ];
  it.each(cases)("%s: %s", (path, source) => {
    expect(violations(new Map([[path, source]]))).toEqual([]);
  });

  it("two files of which one loads the other when it is called", () => {
    const sources = new Map([
      ["src/base/a.ts", 'const load = () => import("./b.ts");'],
      ["src/base/b.ts", 'import { a } from "./a.ts";'],
    ]);
    expect(violations(sources)).toEqual([]);
  });
});

describe("imports are read from", () => {
  it.each([
    ['import a from "x";', "value"],
    ['import * as a from "x";', "value"],
    ['import a, { b as c } from "x";', "value"],
    ['import { type A } from "x";', "value"],
    ['import type from "x";', "value"],
    ['import type A from "x";', "type"],
    ['import type { A } from "x";', "type"],
    ['export type { A } from "x";', "type"],
    ['export { a } from "x";', "value"],
    ['export * as a from "x";', "value"],
    ["import 'x';", "value"],
    ['const a = await import("x");', "lazy"],
  ])("%s", (source, kind) => {
    expect(importsOf(source)).toEqual([{ specifier: "x", kind }]);
  });

  it("no text that only speaks of importing", () => {
    expect(importsOf('export const text = "what we import comes from afar";')).toEqual([]);
    expect(importsOf("/* import { a } from 'x' */")).toEqual([]);
  });
});

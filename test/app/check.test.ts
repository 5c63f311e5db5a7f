/** `maptrail check` on recordings made by hand: each rule kept and broken, with figure and place. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { type CheckOptions, showCheck, type TypedRules } from "../../src/app/check.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { missingReason, orFailOnCi, titled } from "../helpers/tools.ts";
import { scratch } from "../store/helpers.ts";
import { at, maps, page, type Script, scripted } from "./replay-sample.ts";
import { captureIo } from "./sample.ts";

const start = maps("heap", "rw-p 0-4", "stack");

async function check(folder: string, rules: TypedRules, more: Partial<CheckOptions> = {}) {
  const io = captureIo(folder);
  const exitCode = await showCheck({ rules, ...more }, io);
  return { exitCode, out: io.outText(), err: io.errText() };
}

/** Two moves, one refusal, and 16 pages that are left at the end. */
function moving(script: Script): void {
  script.start(1).maps(1, "start", start).map(1, 8, 2);
  script.move(1, 8, 2, 4, 32).move(1, 32, 4, 16, 64);
  const args = [at(0), 4 * page, 8 * page, 0, 0];
  script.rows({ kind: kindCodes.mremap, args, result: -12 });
  script.maps(1, "exit", maps("heap", "rw-p 0-4", "rw-p 64-80", "stack")).end(1);
}

describe("a rule is kept or broken, with its figure and where", () => {
  const cases: readonly (readonly [rules: TypedRules, line: string])[] = [
    [{ "max-moved": "2" }, "kept  max-moved 2  2 moved: @4 mremap +8 KiB in 4121 grow"],
    [
      { "max-moved": "1" },
      "broken  max-moved 1  2 moved: @4 mremap +8 KiB in 4121 grow; @5 mremap +48 KiB in 4121 grow",
    ],
    [{ "max-moved-share": "67%" }, "kept  max-moved-share 67 %  66.7 % of growths moved: @4"],
    [{ "max-moved-share": "66" }, "broken  max-moved-share 66 %  66.7 % of growths moved: @4"],
    [
      { "max-regions": "4" },
      "kept  max-regions 4  4 regions at the most: @3 mmap, 3 µs in 4121 grow",
    ],
    [{ "max-regions": "3" }, "broken  max-regions 3  4 regions at the most: @3 mmap"],
    [{ "max-peak": "152KiB" }, "kept  max-peak 152 KiB  152 KiB at the most: @5 mremap"],
    [{ "max-peak": "151K" }, "broken  max-peak 151 KiB  152 KiB at the most: @5 mremap"],
    [{ "no-refused": true }, "broken  no-refused  1 refused: @6 mremap +16 KiB in 4121 grow"],
    [{ "no-wx": true }, "kept  no-wx  nothing can be written and executed"],
    [
      { "no-leaks-over": "64KiB" },
      "kept  no-leaks-over 64 KiB  64 KiB left by one place: @3 mmap 0x7f00_0004_0000 + 64 KiB",
    ],
    [{ "no-leaks-over": "65535" }, "broken  no-leaks-over 64 KiB  64 KiB left by one place"],
    [{ "require-exact": true }, "kept  require-exact  exact, and every call covered"],
  ];
  it.each(cases)("%j", async (rules, line) => {
    const { exitCode, out, err } = await check(scripted(moving), rules);
    expect(out.split("\n")[0]).toContain(line);
    expect([exitCode, err]).toEqual([line.startsWith("kept") ? 0 : 1, ""]);
  });

  it("all of them, a line each, and how many in the last", async () => {
    const rules = { "max-moved": "0", "no-refused": true, "max-peak": "1M" } as const;
    const { out } = await check(scripted(moving), rules);
    expect(out.split("\n").map((line) => line.split(" ")[0])).toEqual([
      ...["broken", "kept", "broken"],
      ...["recording", ""],
    ]);
    expect(out).toContain("recording 1: 2 of 3 rules broken\n");
  });
});

describe("no-wx sees memory become writable and executable", () => {
  const wx = 2 | 4;
  const cases: readonly (readonly [
    what: string,
    write: (script: Script) => void,
    found: RegExp,
  ])[] = [
    [
      "by mmap",
      (s) =>
        void s.rows({
          kind: kindCodes.mmap,
          args: [0, page, wx, 0x22, -1, 0],
          result: at(8),
        }),
      /1 time: @3 mmap 0x7f00_0000_8000 \+ 4 KiB/,
    ],
    [
      "by mprotect",
      (s) => void s.rows({ kind: kindCodes.mprotect, args: [at(1), page, 7], result: 0 }),
      /1 time: @3 mprotect/,
    ],
    [
      "by an mprotect that failed behind it",
      (s) => void s.rows({ kind: kindCodes.mprotect, args: [at(3), 4 * page, 7], result: -12 }),
      /1 time: @3 mprotect/,
    ],
  ];
  it.each(cases)("%s", async (_, write, found) => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", start);
      write(script);
      script.end(1);
    });
    const { out, exitCode } = await check(folder, { "no-wx": true });
    expect(exitCode).toBe(1);
    expect(out).toMatch(found);
  });

  it("in the maps at the start", async () => {
    const folder = scripted(
      (s) => void s.start(1).maps(1, "start", maps("rwxp 0-2", "stack")).end(1),
    );
    const { out } = await check(folder, { "no-wx": true });
    expect(out).toContain("1 time: at the start 0x7f00_0000_0000 + 8 KiB in 4121 grow");
  });

  it("but not where the kernel refused, nor in turns", async () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", start);
      script.rows({ kind: kindCodes.mprotect, args: [at(1), page, 7], result: -13 });
      script.rows({ kind: kindCodes.mprotect, args: [at(1), page, 5], result: 0 });
      script.rows({ kind: kindCodes.mprotect, args: [at(1), page, 3], result: 0 });
      script.end(1);
    });
    expect((await check(folder, { "no-wx": true })).exitCode).toBe(0);
  });
});

describe("no-leaks-over", () => {
  it("looks at what calls made, not at what a process that became another one left", async () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", start).map(1, 8, 100).end(1, { how: "exec" });
      script.start(2, { how: "exec", parent: 1, pid: 4121 }).maps(2, "start", start).end(2);
    });
    const { out } = await check(folder, { "no-leaks-over": "0" });
    expect(out).toContain("kept  no-leaks-over 0 B  nothing was left");
  });

  it("adds up what one place has left", async () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", start).map(1, 8, 2).map(1, 16, 2).map(1, 32, 1).end(1);
      script.start(2, { how: "fork", parent: 1 }).maps(2, "start", start).map(2, 8, 3).end(2);
    });
    const { out } = await check(folder, { "no-leaks-over": "16K" });
    expect(out).toContain("20 KiB left by one place: @3 mmap and 2 others, 20 KiB in 4121 grow\n");
    expect((await check(folder, { "no-leaks-over": "20K" })).exitCode).toBe(0);
  });

  it("is not about the heap, nor about what was there before", async () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("rw-p 0-4", "stack"));
      for (const top of [0x5555_0000_0000, 0x5555_0010_0000]) {
        script.rows({ kind: kindCodes.brk, args: [top], result: top });
      }
      script.end(1);
    });
    const { out } = await check(folder, { "no-leaks-over": "0", "max-peak": "1M" });
    expect(out).toContain("kept    no-leaks-over 0 B  nothing was left");
    // The heap did grow.
    expect(out).toContain("broken  max-peak 1 MiB     1.08 MiB at the most: @4 brk");
  });

  it("passes over reserved memory, and over what was given back", async () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", start);
      script.rows({ kind: kindCodes.mmap, args: [0, 100 * page, 0, 0x22, -1, 0], result: at(200) });
      script.map(1, 8, 10).unmap(1, 8, 10).map(1, 8, 3).end(1);
    });
    const { out } = await check(folder, { "no-leaks-over": "8K" });
    expect(out).toContain("broken  no-leaks-over 8 KiB  12 KiB left by one place: @6 mmap");
  });
});

describe("a recording that cannot vouch for itself", () => {
  const partly = (script: Script): void => {
    const reasons = ["mmap: libx.so calls the kernel without libc"];
    const coverage = { status: "partial", reasons, modules: [], sites: [], via: "mem" } as const;
    script.start(1, { coverage }).map(1, 8, 1).lost(1, 7, "the disk was full").end(1);
  };

  it("says so, and its figures are kept as what was seen", async () => {
    const { out, exitCode } = await check(scripted(partly), { "max-moved": "0" });
    expect(exitCode).toBe(0);
    expect(out).toContain("not exact, so figures are only what was seen:\n");
    expect(out).toContain("  1 of 1 process not fully covered: mmap: libx.so calls");
    expect(out).toContain("  7 calls are missing\n");
  });

  it("breaks require-exact", async () => {
    const { out, exitCode } = await check(scripted(partly), { "require-exact": true });
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^broken {2}require-exact {2}1 of 1 process not fully covered/);
  });

  it("breaks a rule whose figure it does not have", async () => {
    const { out, exitCode } = await check(scripted(partly), { "max-peak": "1T" });
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      /^unknown {2}max-peak 1 TiB {2}cannot be told: no process could be replayed/,
    );
  });

  it("exits with 3 when events of it cannot be read", async () => {
    const folder = scripted(moving);
    const database = new Sqlite(join(folder, "maptrail.db"));
    database.exec("DROP TRIGGER chunk_no_update; UPDATE chunk SET bytes = substr(bytes, 1, 60)");
    database.close();
    const { exitCode, err, out } = await check(folder, { "max-moved": "0" });
    expect(exitCode).toBe(3);
    expect(err).toMatch(/events could not be read/);
    expect(out).toContain("not exact");
  });
});

describe("rules", () => {
  it("come from a file, and an option wins over it", async () => {
    const folder = scripted(moving);
    writeFileSync(join(folder, "r.json"), '{ "max-moved": 0, "no-refused": false, "no-wx": true }');
    const { out } = await check(folder, { "max-moved": "5" }, { rulesFile: "r.json" });
    expect(out).toMatch(/^kept {2}max-moved 5 .*\nkept {2}no-wx /);
    expect(out).toContain("recording 1: 2 rules kept");
    await expect(check(folder, {}, { rulesFile: "no.json" })).rejects.toThrow(
      /no\.json cannot be read: ENOENT/,
    );
  });

  it("must be there", async () => {
    await expect(check("/nowhere", {})).rejects.toThrow("there is no rule to check");
  });
});

const dtd = fileURLToPath(new URL("../../fixtures/junit.dtd", import.meta.url));

const needs = missingReason(["xmllint"]) ?? missingReader();

function missingReader(): string | undefined {
  const tried = spawnSync("/usr/bin/python3", ["-c", "import junitparser"]);
  return tried.status === 0 ? undefined : orFailOnCi("needs python3-junitparser");
}

describe("JUnit XML", () => {
  const evil = `"><script>&'\u0000\u001b[31m\n]]>\ud800\ufffe é😀`;
  const hostile = (script: Script): void => {
    script.start(1, { exe: `/bin/${evil}`, argv: [evil] }).maps(1, "start", start);
    script.map(1, 8, 1).move(1, 8, 1, 2, 32).lost(1, 3, evil).end(1);
  };

  const title = "is what a validator and a reader take, whatever the names are";
  it.skipIf(needs)(titled(title, needs), async () => {
    const folder = scripted(hostile);
    const rules = { "max-moved": "0", "max-peak": "1G", "no-wx": true } as const;
    await check(folder, rules, { junit: "junit.xml" });
    const path = join(folder, "junit.xml");
    execFileSync("xmllint", ["--noout", "--nonet", "--dtdvalid", dtd, path]);
    const read = execFileSync("/usr/bin/python3", ["-c", reader, path], { encoding: "utf8" });
    const [suite] = JSON.parse(read);
    expect(suite).toMatchObject({ name: "recording 1: grow", tests: 3, failures: 1, errors: 0 });
    expect(suite.cases).toMatchObject([
      { name: "max-moved 0", failed: true },
      { name: "max-peak 1 GiB", failed: false },
      { name: "no-wx", failed: false },
    ]);
    expect(suite.cases[0].message).toContain(
      `in 4121 "><script>&'\\x00\\x1b[31m\\n]]>\ufffd\ufffd é😀`,
    );
    expect(suite.notes).toContain("3 calls are missing");
  });

  it("that cannot be written is an error", async () => {
    const junit = join(scratch(), "no", "folder.xml");
    await expect(check(scripted(moving), { "no-wx": true }, { junit })).rejects.toThrow(
      /folder\.xml cannot be written: ENOENT/,
    );
    const folder = scripted(moving);
    await expect(check(folder, { "no-wx": true }, { junit: "." })).rejects.toThrow(
      /cannot be written: it is a folder/,
    );
    // It is said before a program is run.
    const command = ["touch", join(folder, "ran")];
    await expect(check(folder, { "no-wx": true }, { junit, command })).rejects.toThrow("ENOENT");
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  it("agrees with --json", async () => {
    const folder = scripted(moving);
    const rules = { "max-moved": "1", "no-refused": true, "no-wx": true } as const;
    const { out } = await check(folder, rules, { json: true, junit: "junit.xml" });
    const result = JSON.parse(out);
    expect(result).toMatchObject({ status: "broken", doubts: [], damage: [] });
    expect(result.rules[0]).toMatchObject({
      rule: "max-moved",
      limit: 1,
      status: "broken",
      figure: 2,
      where: [{ seq: 4, pid: 4121, program: "grow", call: "mremap", site: null }, { seq: 5 }],
    });
    const xml = readFileSync(join(folder, "junit.xml"), "utf8");
    expect(xml.match(/<failure /g)).toHaveLength(2);
    expect(xml).toContain('tests="3" failures="2"');
  });
});

const reader = `
import json, sys
from junitparser import JUnitXml
suites = []
for suite in JUnitXml.fromfile(sys.argv[1]):
    cases = [{"name": c.name, "failed": bool(c.result), "message": c.result[0].message if c.result else None} for c in suite]
    suites.append({"name": suite.name, "tests": suite.tests, "failures": suite.failures,
        "errors": suite.errors, "cases": cases, "notes": suite._elem.findtext("system-err")})
print(json.dumps(suites))
`;

/** The closing line of CI adds up what vitest reported, and counts a run without a report as a failure. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { projectRoot } from "../helpers/programs.ts";
import { run } from "../helpers/run.ts";

const folder = mkdtempSync(join(tmpdir(), "maptrail-summary-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(status: string, tests: readonly string[], message = "") {
  const assertionResults = tests.map((one, i) => ({ status: one, fullName: `test ${i}` }));
  return { name: "test/a.test.ts", status, message, assertionResults, startTime: 0, endTime: 1500 };
}

async function closing(...texts: string[]) {
  const reports = texts.map((text, i) => {
    const report = join(folder, `report-${i}.json`);
    writeFileSync(report, text);
    return report;
  });
  return closingOf(reports);
}

async function closingOf(reports: readonly string[]) {
  const script = join(projectRoot, "scripts/ci-summary.mjs");
  const { stdout, status } = await run([process.execPath, script, ...reports]);
  return { stdout, status, last: stdout.trimEnd().split("\n").at(-1) };
}

it.each([
  ["all passed", [file("passed", ["passed", "passed"])], "2 passed, 0 failed, 0 skipped", 0],
  ["skipped", [file("passed", ["passed", "skipped", "todo"])], "1 passed, 0 failed, 2 skipped", 0],
  ["one failed", [file("failed", ["passed", "failed"])], "1 passed, 1 failed, 0 skipped", 1],
  ["never ended", [file("passed", ["passed", "pending"])], "1 passed, 1 failed, 0 skipped", 1],
  ["a file not loaded", [file("failed", [], "no x")], "0 passed, 1 failed, 0 skipped", 1],
  ["a hook failed", [file("failed", ["skipped"], "x")], "0 passed, 1 failed, 1 skipped", 1],
  ["nothing ran", [], "0 passed, 0 failed, 0 skipped", 1],
])("%s", async (_, testResults, last, status) => {
  expect(await closing(JSON.stringify({ testResults }))).toMatchObject({ last, status });
});

it("names what failed, what was skipped, and how long files took", async () => {
  const { stdout } = await closing(
    JSON.stringify({ testResults: [file("failed", ["failed", "skipped"])] }),
  );
  expect(stdout).toContain("failed:\n  test/a.test.ts: test 0\n");
  expect(stdout).toContain("skipped:\n  test/a.test.ts: test 1\n");
  expect(stdout).toContain("slowest:\n    1.5 s  test/a.test.ts\n");
});

it.each(["", '{"testResults":', "{}"])("a report that holds %j is a failure", async (text) => {
  expect(await closing(text)).toMatchObject({ last: "0 passed, 1 failed, 0 skipped", status: 1 });
});

const quick = JSON.stringify({ testResults: [file("passed", ["passed", "skipped"])] });
const long = JSON.stringify({ testResults: [file("passed", ["passed", "passed"])] });
const broken = JSON.stringify({ testResults: [file("failed", ["passed", "failed"])] });
const none = JSON.stringify({ testResults: [] });

it.each([
  ["both passed", [quick, long], "3 passed, 0 failed, 1 skipped", 0],
  ["one failed", [quick, broken], "2 passed, 1 failed, 1 skipped", 1],
  ["one is not whole", [quick, "{"], "1 passed, 1 failed, 1 skipped", 1],
  ["one ran nothing", [quick, none], "1 passed, 0 failed, 1 skipped", 1],
  ["none was asked for", [], "0 passed, 0 failed, 0 skipped", 1],
])("several reports are added up: %s", async (_, texts, last, status) => {
  expect(await closing(...texts)).toMatchObject({ last, status });
});

it("a report that is not there is a failure, and is named", async () => {
  const { stdout, last, status } = await closingOf([join(folder, "absent.json")]);
  expect({ last, status }).toEqual({ last: "0 passed, 1 failed, 0 skipped", status: 1 });
  expect(stdout).toMatch(/failed:\n {2}.*absent\.json: no report of the tests: ENOENT/);
});

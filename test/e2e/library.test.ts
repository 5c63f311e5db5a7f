/** The package as others get it: packed, installed without a network, compiled against, and run. */
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addNodeTypes,
  emptyProject,
  installInto,
  must,
  packageMillis,
  packProject,
  readmeBlock,
  writeConfig,
} from "../helpers/packed.ts";
import { projectRoot } from "../helpers/programs.ts";
import { run } from "../helpers/run.ts";
import { scratch } from "../store/helpers.ts";

let archive = "";

beforeAll(async () => {
  archive = await packProject();
}, packageMillis);

afterAll(() => {
  if (archive !== "") rmSync(dirname(archive), { recursive: true });
});

describe("the library", () => {
  it("is what the README says: its example compiles in strict mode, and runs", {
    timeout: packageMillis,
  }, async () => {
    const folder = scratch();
    emptyProject(folder);
    await installInto(folder, archive);
    addNodeTypes(folder);
    writeFileSync(join(folder, "example.ts"), readmeBlock("ts"));
    writeConfig(folder);
    const tsc = join(projectRoot, "node_modules", "typescript", "bin", "tsc");
    await must([tsc, "-p", folder], folder);
    const { stderr, stdout } = await must(["node", "example.js"], folder);
    expect(stdout).toContain("sort (GNU coreutils)");
    const lines = stderr.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^exit 0, 0 moved, peak [1-9]\d+ bytes$/);
    expect(lines).toContain("max-moved kept 0");
    expect(lines.at(-1)).toMatch(/^exact, \d\d+ lines of maps at half time$/);
    // Types are checked, not waved through.
    writeFileSync(
      join(folder, "example.ts"),
      'import { openRecording } from "maptrail";\nopenRecording({ recording: "3" }).nothing();\n',
    );
    const wrong = await run([tsc, "-p", folder], { cwd: folder, timeoutMillis: 240_000 });
    expect(wrong.status).not.toBe(0);
    expect(wrong.stdout).toMatch(/Type 'string' is not assignable to type 'number'/);
    expect(wrong.stdout).toMatch(/Property 'nothing' does not exist on type 'Recording'/);
  });
});

/** The package as others get it: packed, installed without a network, compiled against, and run. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
} from "../helpers/packed.ts";
import { projectRoot } from "../helpers/programs.ts";
import { run } from "../helpers/run.ts";
import { orFailOnCi, titled } from "../helpers/tools.ts";
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

/** A strict program that checks the types of what it imports as well. */
function writeConfig(folder: string): void {
  const compilerOptions = {
    ...{ target: "es2023", module: "nodenext", types: ["node"] },
    ...{ strict: true, skipLibCheck: false },
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["example.ts"] }),
  );
}

describe("the library's types", () => {
  const oldest = join(projectRoot, "node_modules", "typescript-oldest");
  const missing = existsSync(oldest) ? undefined : orFailOnCi("needs npm ci");

  it.skipIf(missing !== undefined)(
    titled(
      "are whole for the oldest TypeScript that the README names, without other packages",
      missing,
    ),
    { timeout: packageMillis },
    async () => {
      const folder = scratch();
      emptyProject(folder);
      await installInto(folder, archive);
      expect(existsSync(join(folder, "node_modules", "@types", "better-sqlite3"))).toBe(false);
      addNodeTypes(folder);
      writeFileSync(join(folder, "example.ts"), readmeBlock("ts"));
      writeConfig(folder);
      const { stdout } = await must([join(oldest, "bin", "tsc"), "--version"], folder);
      const named = /TypeScript (\d+\.\d+) on/.exec(
        readFileSync(join(projectRoot, "README.md"), "utf8"),
      )?.[1];
      expect(stdout).toContain(`Version ${named}.`);
      await must([join(oldest, "bin", "tsc"), "-p", folder], folder);
    },
  );
});

/** The package as others get it: packed, installed without a network, compiled against, and run. */
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addNodeTypes, emptyProject, installInto, must, packProject } from "../helpers/packed.ts";
import { projectRoot } from "../helpers/programs.ts";
import { run } from "../helpers/run.ts";
import { orFailOnCi, titled } from "../helpers/tools.ts";
import { scratch } from "../store/helpers.ts";

const readme = readFileSync(join(projectRoot, "README.md"), "utf8");

/** The only block of the README in that language. */
function block(language: string): string {
  const found = [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))];
  expect(found).toHaveLength(1);
  return found[0]?.[1] ?? "";
}

/** npm and tsc are slow on a busy machine. */
const longMillis = 300_000;

let archive = "";

beforeAll(async () => {
  archive = await packProject();
}, longMillis);

afterAll(() => {
  if (archive !== "") rmSync(dirname(archive), { recursive: true });
});

describe("the library", () => {
  it("is what the README says: its example compiles in strict mode, and runs", {
    timeout: longMillis,
  }, async () => {
    const folder = scratch();
    emptyProject(folder);
    await installInto(folder, archive);
    addNodeTypes(folder);
    writeFileSync(join(folder, "example.ts"), block("ts"));
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
    { timeout: longMillis },
    async () => {
      const folder = scratch();
      emptyProject(folder);
      await installInto(folder, archive);
      expect(existsSync(join(folder, "node_modules", "@types", "better-sqlite3"))).toBe(false);
      addNodeTypes(folder);
      writeFileSync(join(folder, "example.ts"), block("ts"));
      writeConfig(folder);
      const { stdout } = await must([join(oldest, "bin", "tsc"), "--version"], folder);
      const named = /TypeScript (\d+\.\d+) on/.exec(readme)?.[1];
      expect(stdout).toContain(`Version ${named}.`);
      await must([join(oldest, "bin", "tsc"), "-p", folder], folder);
    },
  );
});

describe("the README's GitHub Actions workflow", () => {
  const lines = [...block("yaml").matchAll(/^ +- run: (.*)$/gm)].map(([, line]) => line ?? "");

  it("runs as it is written, in a clean folder", { timeout: longMillis }, async () => {
    const folder = scratch();
    emptyProject(folder);
    copyFileSync(archive, join(folder, basename(archive)));
    const env = {
      ...process.env,
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
      npm_config_offline: "true",
    };
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      // As the runner does: a shell of its own that ends at the first failure.
      const { status, stderr } = await run(["bash", "-e", "-o", "pipefail", "-c", line], {
        cwd: folder,
        env,
        timeoutMillis: 240_000,
      });
      expect([line, status, status === 0 ? "" : stderr]).toEqual([line, 0, ""]);
    }
    expect(readFileSync(join(folder, "summary.md"), "utf8")).toMatch(/^\*\*moved growths /);
    expect(readFileSync(join(folder, "memory.xml"), "utf8")).toContain('tests="3" failures="0"');
    expect(readFileSync(join(folder, "before.txt"), "utf8")).toMatch(/ 299999 300000 $/);
    // A rule that is broken ends the job.
    const broken = (lines.find((line) => line.includes("check")) ?? "").replace("64MiB", "64KiB");
    const { status } = await run(["bash", "-e", "-c", broken], {
      cwd: folder,
      env,
      timeoutMillis: 240_000,
    });
    expect(status).toBe(1);
  });
});

/** The README's workflow for continuous integration, and the oldest compiler, with the package as others get it. */
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
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
import { orFailOnCi, titled } from "../helpers/tools.ts";
import { scratch } from "../store/helpers.ts";

let archive = "";

beforeAll(async () => {
  archive = await packProject();
}, packageMillis);

afterAll(() => {
  if (archive !== "") rmSync(dirname(archive), { recursive: true });
});

describe("the README's GitHub Actions workflow", () => {
  const lines = [...readmeBlock("yaml").matchAll(/^ +- run: (.*)$/gm)].map(
    ([, line]) => line ?? "",
  );

  it("runs as it is written, in a clean folder", { timeout: packageMillis }, async () => {
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

describe("the library's types", () => {
  const oldest = join(projectRoot, "build/typescript-oldest/node_modules/typescript");
  const missing = existsSync(oldest) ? undefined : orFailOnCi("needs scripts/typescript-oldest.sh");

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

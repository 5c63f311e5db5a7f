/** The README's workflow for continuous integration, with the package as others get it. */
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyProject, packageMillis, packProject, readmeBlock } from "../helpers/packed.ts";
import { run } from "../helpers/run.ts";
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

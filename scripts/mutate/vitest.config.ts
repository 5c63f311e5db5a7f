/** How vitest runs the tests under mutation: sources with their mutants compiled in, a runner of our own. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "vitest/config";
import { defineConfig } from "vitest/config";
import { mutantsOf } from "./mutants.ts";
import { readPlan } from "./plan.ts";
import { compiledIn } from "./schemata.ts";

const plan = readPlan(process.env["MAPTRAIL_MUTATE"]!);

function mutated(): Plugin {
  return {
    name: "mutants",
    enforce: "pre",
    load(id) {
      const path = relative(plan.root, id.split("?")[0]!);
      if (!/^(src|test)\/.*(?<!\.gen)\.ts$/.test(path)) return undefined;
      const source = readFileSync(join(plan.root, path), "utf8");
      const firstId = plan.firstIds[path];
      const mutants = firstId === undefined ? [] : mutantsOf(path, source);
      return compiledIn(path, source, mutants, firstId ?? 0);
    },
  };
}

// biome-ignore lint/style/noDefaultExport: vitest looks for its configuration there.
export default defineConfig({
  root: plan.root,
  plugins: [mutated()],
  test: {
    include: ["test/**/*.test.ts"],
    runner: join(plan.root, "scripts/mutate/runner.ts"),
    setupFiles: [join(plan.root, "scripts/mutate/setup.ts")],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
  },
});

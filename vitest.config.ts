/** How the tests are found and run, in two tiers: `*.long.test.ts` is long, and every other test is quick. */
import { defineConfig } from "vitest/config";

const tests = "test/**/*.test.{ts,tsx}";
const longTests = "test/**/*.long.test.{ts,tsx}";
const report = process.env["TEST_REPORT"];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "quick", include: [tests], exclude: [longTests] } },
      { extends: true, test: { name: "long", include: [longTests] } },
    ],
    // Tests start real programs, some under strace; a slow machine must not turn that into a failure.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    // Tests wait for the programs that they start; vitest would leave one core of two idle.
    maxWorkers: "100%",
    // .ci/run names a file for each tier, and scripts/ci-summary.mjs reads them.
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
    coverage: { provider: "v8", include: ["src/**/*.{ts,tsx}"], exclude: ["src/**/*.gen.ts"] },
  },
});

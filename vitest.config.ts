/** How the tests are found and run. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    // Tests start real programs, some under strace; a slow machine must not turn that into a failure.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    // scripts/ci-summary.mjs reads the report.
    reporters: process.env["CI"]
      ? ["default", ["json", { outputFile: "build/test-report.json" }]]
      : ["default"],
    coverage: { provider: "v8", include: ["src/**/*.{ts,tsx}"], exclude: ["src/**/*.gen.ts"] },
  },
});

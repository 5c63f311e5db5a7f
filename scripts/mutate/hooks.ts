/** What vitest does between two tests, done between two tries of one test. */
import type { RunnerTestCase, RunnerTestSuite } from "vitest";
import { TestRunner } from "vitest";

/** Suites around a test, outermost first. */
function suitesOf(test: RunnerTestCase): RunnerTestSuite[] {
  const suites: RunnerTestSuite[] = [];
  let suite: RunnerTestSuite | undefined = test.suite ?? test.file;
  while (suite !== undefined) {
    suites.unshift(suite);
    suite = suite === test.file ? undefined : (suite.suite ?? test.file);
  }
  return suites;
}

/** Ends one try and prepares the next: after-hooks from the inside out, before-hooks the other way. */
export async function betweenTries(test: RunnerTestCase): Promise<void> {
  const suites = suitesOf(test);
  for (const suite of [...suites].reverse()) {
    for (const hook of [...TestRunner.getSuiteHooks(suite).afterEach].reverse())
      await hook(test.context, suite);
  }
  for (const suite of suites) {
    for (const hook of TestRunner.getSuiteHooks(suite).beforeEach) await hook(test.context, suite);
  }
}

/** Runs vitest over test files under mutation, and ends workers that a mutant has hung. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { append, readLog, resultsOf } from "./log.ts";
import type { Plan } from "./plan.ts";

/** A try that is silent for so long hangs: its loops would have been counted, its waiting timed. */
const silenceMs = 60_000;

/** Ends workers without a line for too long. The last line begun belongs to the one that hangs. */
function endSilent(plan: Plan): void {
  const entries = readLog(plan.logPath);
  const begun = entries.findLast((entry) => entry.is === "begin");
  if (begun?.is !== "begin" || resultsOf(entries).ended.has(begun.file)) return;
  try {
    process.kill(begun.pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** The environment without what a vitest around this one has put there. */
function withoutVitest(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/VITEST/.test(name)));
}

/** One run of vitest over the tests; the plan's log says what came of it. */
function runVitest(plan: Plan, planPath: string, tests: readonly string[]): Promise<void> {
  const output = openSync(`${plan.logPath}.txt`, "a");
  const config = join(plan.root, "scripts/mutate/vitest.config.ts");
  const vitest = join(plan.root, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--config", config, "--no-file-parallelism", ...tests];
  const child = spawn(process.execPath, args, {
    cwd: plan.root,
    env: {
      ...withoutVitest(),
      MAPTRAIL_MUTATE: planPath,
      MAPTRAIL_FUZZ_STEPS: "4000",
      NODE_NO_WARNINGS: "1",
      NO_COLOR: "1",
    },
    stdio: ["ignore", output, output],
  });
  let lines = 0;
  let since = Date.now();
  const watch = setInterval(() => {
    const now = readLog(plan.logPath).length;
    if (now !== lines) since = Date.now();
    else if (Date.now() - since > silenceMs) endSilent(plan);
    lines = now;
  }, 5_000);
  return new Promise((resolve) => {
    child.on("close", () => {
      clearInterval(watch);
      closeSync(output);
      resolve();
    });
  });
}

/** Runs the tests; where a mutant took its process with it, that mutant is found and the file runs again. */
export async function runTests(
  plan: Plan,
  planPath: string,
  tests: readonly string[],
): Promise<void> {
  let waiting = tests;
  for (let round = 0; round < 50 && waiting.length > 0; round++) {
    await runVitest(plan, planPath, waiting);
    const { ended, open } = resultsOf(readLog(plan.logPath));
    waiting = waiting.filter((test) => !ended.has(test) && open.has(test));
    for (const test of waiting)
      append(plan.logPath, { is: "kill", id: open.get(test)!, by: `${test} (crash or hang)` });
  }
}

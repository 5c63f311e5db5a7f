/** Mutants that are passed while a test's file is loaded: the file and the sources are loaded anew for each. */
import type { RunnerTask, RunnerTestCase, RunnerTestFile } from "vitest";
import { TestRunner, vi } from "vitest";
import { startTests } from "vitest/internal/browser";
import { attempt, limitsFrom } from "./attempt.ts";
import type { Session } from "./session.ts";
import { switchboard } from "./switchboard.ts";

class Failed extends Error {}

/** The runner as it is, but vitest is told of nothing and the first failure ends the file. */
function quiet(runner: TestRunner, wanted: (test: RunnerTask) => boolean) {
  let hasFailed = false;
  return Object.assign(Object.create(runner) as TestRunner, {
    runTask: async (test: RunnerTestCase) => TestRunner.getTestFn(test)(),
    onTaskUpdate: async () => undefined,
    onBeforeCollect: async () => undefined,
    onCollectStart: async () => undefined,
    onCollected: async () => undefined,
    onAfterRunSuite: async () => undefined,
    onAfterRunFiles: () => undefined,
    async onBeforeRunTask(test: RunnerTestCase) {
      if (hasFailed || !wanted(test)) test.mode = "skip";
    },
    onAfterRunTask(test: RunnerTestCase) {
      hasFailed ||= test.result?.state === "fail";
    },
  });
}

function hasFailed(task: RunnerTask): boolean {
  if (task.result?.state === "fail") return true;
  return task.type === "suite" && task.tasks.some(hasFailed);
}

async function runAnew(
  runner: TestRunner,
  filepath: string,
  wanted: (test: RunnerTask) => boolean,
): Promise<void> {
  vi.resetModules();
  const files = await startTests([{ filepath, testLocations: undefined }], quiet(runner, wanted));
  if (files.some(hasFailed)) throw new Failed();
}

/** Tries the living ones among `atLoad` with the tests whose ids are `fitTests`. */
export async function tryReloaded(
  runner: TestRunner,
  file: RunnerTestFile,
  session: Session,
  atLoad: ReadonlySet<number>,
  fitTests: ReadonlySet<string>,
): Promise<void> {
  const living = session.needingFresh(file.filepath, atLoad);
  if (living.length === 0 || fitTests.size === 0) return;
  const name = `${file.name} > loaded anew`;
  if (!session.isReloaded(file.filepath) || session.isOutside(name)) return;
  const again = () => runAnew(runner, file.filepath, (test) => fitTests.has(test.id));
  const first = await attempt(again, undefined);
  if (first.error !== undefined) return session.unfit(name, "fails");
  session.time(name, first.costMs);
  if (session.isSlow(first.costMs)) return;
  for (const id of living) {
    session.trying(id, file.filepath);
    const { error } = await attempt(again, id, limitsFrom(first));
    if (error !== undefined) session.killed(id, file.name);
  }
  switchboard.takePassed();
}

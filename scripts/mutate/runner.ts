/**
 * vitest's runner, except that a test is tried again for each mutant whose place it passed. What runs
 * while a file is loaded (tables, `describe` blocks) needs the file loaded anew: `reload.ts` does that.
 */
import type { RunnerTask, RunnerTestCase, RunnerTestFile } from "vitest";
import { TestRunner } from "vitest";
import { attempt, limitsFrom, type Outcome } from "./attempt.ts";
import { betweenTries } from "./hooks.ts";
import { tryReloaded } from "./reload.ts";
import { Session } from "./session.ts";
import { switchboard } from "./switchboard.ts";

const session = new Session(process.env["MAPTRAIL_MUTATE"]!);
switchboard.install(session.mutantCount);

export function nameOf(task: RunnerTask): string {
  const suite = task.suite ?? task.file;
  return suite === task ? task.name : `${nameOf(suite)} > ${task.name}`;
}

// biome-ignore lint/style/noDefaultExport: vitest looks for its runner there.
export default class MutationRunner extends TestRunner {
  /** Mutants whose place is passed outside of tests, or the first time only: a cache knows better later. */
  readonly #atLoad = new Set<number>();
  /** Ids of tests that passed and are quick enough to be repeated. */
  readonly #fitTests = new Set<string>();

  async onBeforeCollect(paths: string[]): Promise<void> {
    for (const path of paths) session.begin(path);
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    this.#keepLoaded();
    const name = nameOf(test);
    if (session.isQuick(name)) this.#fitTests.add(test.id);
    if (session.isOutside(name)) return;
    const body = TestRunner.getTestFn(test);
    const first = await attempt(body, undefined);
    if (first.error !== undefined) {
      switchboard.takePassed();
      session.unfit(name, `fails: ${first.error}`);
      throw first.error;
    }
    session.time(name, first.costMs);
    const living = session.living(switchboard.takePassed());
    if (session.isSlow(first.costMs)) return;
    this.#fitTests.add(test.id);
    if (living.length > 0) await this.#tryEach(test, name, living, first);
  }

  async #tryEach(
    test: RunnerTestCase,
    name: string,
    ids: readonly number[],
    first: Outcome,
  ): Promise<void> {
    const body = TestRunner.getTestFn(test);
    const again = async (id: number | undefined) => {
      await betweenTries(test);
      return attempt(body, id, limitsFrom(first));
    };
    const repeated = await again(undefined);
    if (repeated.error !== undefined) return session.unfit(name, `again: ${repeated.error}`);
    const passedAgain = new Set(switchboard.takePassed());
    const killed: number[] = [];
    for (const id of ids) {
      if (!passedAgain.has(id)) this.#atLoad.add(id);
      if (!passedAgain.has(id)) continue;
      session.trying(id, test.file.filepath);
      const { error } = await again(id);
      if (error === undefined) continue;
      session.killed(id, name);
      killed.push(id);
    }
    if (killed.length > 0 && (await again(undefined)).error !== undefined) {
      session.undo(killed);
      session.unfit(name, "a mutant leaves something behind");
    }
    switchboard.takePassed();
  }

  #keepLoaded(): void {
    for (const id of switchboard.takePassed()) this.#atLoad.add(id);
  }

  override async onAfterRunFiles(files?: RunnerTestFile[]): Promise<void> {
    this.#keepLoaded();
    for (const file of files ?? []) {
      await tryReloaded(this, file, session, this.#atLoad, this.#fitTests);
      session.end(file.filepath);
    }
    super.onAfterRunFiles();
  }
}

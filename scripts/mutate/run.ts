/** One run of the mutation test: lists the mutants, lets the tests look for them, and reports. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { reaching } from "./imports.ts";
import { judge, readJudged } from "./judged.ts";
import { readLog, resultsOf } from "./log.ts";
import {
  firstIdsOf,
  listMutants,
  type Plan,
  type PlannedMutant,
  sample,
  writePlan,
} from "./plan.ts";
import { reportLines } from "./report.ts";
import { ownTests, sourcesOf, testsFor, testsIn } from "./rooms.ts";
import { runTests } from "./workers.ts";

export interface Options {
  /** Folder of the project; paths are relative to it. */
  readonly root: string;
  readonly wings: readonly string[];
  readonly files: readonly string[];
  /** Tests to ask, or folders of them; none for those of the room and its neighbours. */
  readonly tests: readonly string[];
  readonly sample: number | undefined;
  readonly seed: number;
  readonly slowestMs: number;
}

interface Chosen {
  readonly sources: readonly string[];
  readonly mutants: readonly PlannedMutant[];
  readonly wanted: readonly number[];
}

function choose({ root, wings, files, sample: count, seed }: Options): Chosen {
  const sources = [...wings.flatMap((wing) => sourcesOf(root, wing)), ...files];
  const mutants = listMutants(root, sources);
  const ids = mutants.map(({ id }) => id);
  return { sources, mutants, wanted: sample(ids, count ?? ids.length, seed) };
}

export function listed(options: Options): string[] {
  const { mutants, wanted } = choose(options);
  return wanted.map((id) => `${mutants[id]!.path}:${mutants[id]!.line}  ${mutants[id]!.label}`);
}

/** Quick tests have their turn first; a slow one is repeated only for the mutants that they left. */
function roundsUpTo(slowest: number): (readonly [doneMs: number, slowestMs: number])[] {
  const limits = [0, ...[20, 300].filter((limit) => limit < slowest), slowest];
  return limits.slice(1).map((limit, i) => [limits[i]!, limit]);
}

/** Test files that hold a test for this round; the first round finds out how long each test takes. */
function inRound(plan: Plan, tests: readonly string[]): readonly string[] {
  if (plan.doneMs === 0) return tests;
  const { times } = resultsOf(readLog(plan.logPath));
  const due = [...times].filter(([, ms]) => ms > plan.doneMs && ms <= plan.slowestMs);
  return tests.filter((test) => due.some(([name]) => name.startsWith(`${test} > `)));
}

function progress(plan: Plan, startedAt: number): string {
  const { kills } = resultsOf(readLog(plan.logPath));
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  return `${kills.size} of ${plan.wanted.length} found by tests up to ${plan.slowestMs} ms, ${seconds} s`;
}

/** The report's lines; `tell` is given a line on the way now and then. */
export async function mutate(options: Options, tell: (line: string) => void): Promise<string[]> {
  const { root } = options;
  const { sources, mutants, wanted } = choose(options);
  const given = testsIn(root, options.tests);
  const tests = reaching(root, given.length > 0 ? given : testsFor(root, sources), sources);
  const reloaded = given.length > 0 ? given : ownTests(tests, sources);
  tell(`${wanted.length} mutants in ${sources.length} files, ${tests.length} files of tests`);
  // One for each run, so that two of them do not meet.
  const folder = join(root, `build/mutate/${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  tell(`what is tried and what the tests print: ${folder}`);
  const [planPath, logPath] = [join(folder, "plan.json"), join(folder, "log.jsonl")];
  const counts = { firstIds: firstIdsOf(mutants), mutantCount: mutants.length, reloaded };
  const startedAt = Date.now();
  for (const [doneMs, slowestMs] of roundsUpTo(options.slowestMs)) {
    const plan: Plan = { root, ...counts, wanted, logPath, doneMs, slowestMs };
    writePlan(planPath, plan);
    await runTests(plan, planPath, inRound(plan, tests));
    tell(progress(plan, startedAt));
  }
  const judgement = judge(mutants, readJudged(join(root, "test/mutation/judged.json")));
  const results = resultsOf(readLog(logPath));
  return reportLines({ mutants, wanted: new Set(wanted), results, judgement, tests });
}

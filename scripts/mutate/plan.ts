/** What is mutated in one run, kept in a file for the processes that run the tests. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Mutant, mutantsOf } from "./mutants.ts";

export interface PlannedMutant extends Mutant {
  readonly id: number;
  readonly path: string;
}

export interface Plan {
  readonly root: string;
  /** Sources that hold mutants, with the id of the first one in each. */
  readonly firstIds: Readonly<Record<string, number>>;
  readonly mutantCount: number;
  /** Ids to be tried; a sample leaves out the others. */
  readonly wanted: readonly number[];
  readonly logPath: string;
  /** Tests that are loaded anew for mutants of what runs while a file is loaded: the room's own. */
  readonly reloaded: readonly string[];
  /** Tests that take longer than this are not repeated for each mutant. */
  readonly slowestMs: number;
  /** Tests up to this long had their turn in the round before. */
  readonly doneMs: number;
}

export function listMutants(root: string, sources: readonly string[]): PlannedMutant[] {
  const found = sources.flatMap((path) =>
    mutantsOf(path, readFileSync(join(root, path), "utf8")).map((mutant) => ({ path, mutant })),
  );
  return found.map(({ path, mutant }, id) => ({ ...mutant, path, id }));
}

export function firstIdsOf(mutants: readonly PlannedMutant[]): Record<string, number> {
  const firsts: Record<string, number> = {};
  for (const { path, id } of mutants) firsts[path] ??= id;
  return firsts;
}

/** The same `count` ids for the same seed, in order (a multiplicative hash decides). */
export function sample(ids: readonly number[], count: number, seed: number): number[] {
  const rank = (id: number) => Math.imul((id + 1) ^ Math.imul(seed, 0x9e3779b1), 0x85ebca6b) >>> 0;
  const mixed = [...ids].sort((a, b) => rank(a) - rank(b) || a - b);
  return mixed.slice(0, count).sort((a, b) => a - b);
}

export function writePlan(path: string, plan: Plan): void {
  writeFileSync(path, JSON.stringify(plan));
}

export function readPlan(path: string): Plan {
  return JSON.parse(readFileSync(path, "utf8")) as Plan;
}

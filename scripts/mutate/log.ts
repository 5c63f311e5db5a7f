/**
 * What happens while the tests run, a line of JSON for each thing. Lines are written before and after
 * a mutant is tried, so that one that hangs or kills its process is known by the line that is missing.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";

export type Entry =
  | { readonly is: "begin"; readonly file: string; readonly pid: number }
  | { readonly is: "end"; readonly file: string }
  /** Mutants whose place the tests of a file passed. */
  | { readonly is: "passed"; readonly ids: readonly number[] }
  /** Mutants for which a test's file has to be loaded anew. */
  | { readonly is: "fresh"; readonly file: string; readonly ids: readonly number[] }
  | { readonly is: "time"; readonly test: string; readonly ms: number }
  | { readonly is: "try"; readonly id: number; readonly file: string }
  | { readonly is: "kill"; readonly id: number; readonly by: string }
  /** A test that is of no use here: it fails without a mutant, or when it runs a second time. */
  | { readonly is: "unfit"; readonly test: string; readonly why: string }
  /** Kills that do not count, since the test failed afterwards without a mutant as well. */
  | { readonly is: "undo"; readonly ids: readonly number[] };

export function append(path: string, entry: Entry): void {
  appendFileSync(path, `${JSON.stringify(entry)}\n`);
}

export function readLog(path: string): Entry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Entry);
}

export interface Results {
  /** Test that found the mutant, by the mutant's id. */
  readonly kills: Map<number, string>;
  readonly passed: Set<number>;
  /** Mutants for which a file of tests has to be loaded anew. */
  readonly fresh: Map<string, readonly number[]>;
  readonly times: Map<string, number>;
  readonly unfit: Map<string, string>;
  readonly ended: Set<string>;
  /** Mutant that was being tried when its process stopped answering, by the test's file. */
  readonly open: Map<string, number>;
}

export function resultsOf(entries: readonly Entry[]): Results {
  const results: Results = {
    kills: new Map(),
    passed: new Set(),
    fresh: new Map(),
    times: new Map(),
    unfit: new Map(),
    ended: new Set(),
    open: new Map(),
  };
  for (const entry of entries) take(results, entry);
  return results;
}

function take(results: Results, entry: Entry): void {
  switch (entry.is) {
    case "begin":
      results.ended.delete(entry.file);
      results.open.delete(entry.file);
      return;
    case "end":
      results.ended.add(entry.file);
      results.open.delete(entry.file);
      return;
    case "passed":
      for (const id of entry.ids) results.passed.add(id);
      return;
    case "fresh":
      results.fresh.set(entry.file, entry.ids);
      return;
    case "time":
      results.times.set(entry.test, entry.ms);
      return;
    case "try":
      results.open.set(entry.file, entry.id);
      return;
    case "kill":
      results.kills.set(entry.id, entry.by);
      return;
    case "unfit":
      results.unfit.set(entry.test, entry.why);
      return;
    case "undo":
      for (const id of entry.ids) results.kills.delete(id);
  }
}

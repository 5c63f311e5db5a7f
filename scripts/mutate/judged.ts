/** The list of mutants that were judged: no test can find them, for a stated reason. */
import { existsSync, readFileSync } from "node:fs";
import type { PlannedMutant } from "./plan.ts";

export interface Judged {
  readonly path: string;
  /** Text of the line, trimmed, and the mutation, both as the report prints them. */
  readonly code: string;
  readonly mutation: string;
  readonly why: string;
}

export interface Judgement {
  readonly reasons: ReadonlyMap<number, string>;
  /** Entries for a line or a mutation that is no longer there. */
  readonly stale: readonly Judged[];
}

export function readJudged(path: string): Judged[] {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Judged[]) : [];
}

/** `judged` by mutant. Entries for files without mutants here are of no concern. */
export function judge(mutants: readonly PlannedMutant[], judged: readonly Judged[]): Judgement {
  const key = (path: string, code: string, label: string) => JSON.stringify([path, code, label]);
  const ids = new Map<string, number[]>();
  for (const { path, code, label, id } of mutants) {
    const one = key(path, code, label);
    ids.set(one, [...(ids.get(one) ?? []), id]);
  }
  const paths = new Set(mutants.map(({ path }) => path));
  const here = judged.filter(({ path }) => paths.has(path));
  const found = here.map((one) => ({ one, ids: ids.get(key(one.path, one.code, one.mutation)) }));
  return {
    reasons: new Map(found.flatMap((entry) => (entry.ids ?? []).map((id) => [id, entry.one.why]))),
    stale: found.filter((entry) => entry.ids === undefined).map(({ one }) => one),
  };
}

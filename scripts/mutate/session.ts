/** What one process knows of the run: which mutants are still alive, and where it writes what it finds. */
import { relative } from "node:path";
import { append, readLog, resultsOf } from "./log.ts";
import { type Plan, readPlan } from "./plan.ts";

export class Session {
  readonly #plan: Plan;
  readonly #alive: Set<number>;
  readonly #passed = new Set<number>();
  readonly #times: ReadonlyMap<string, number>;
  readonly #fresh: ReadonlyMap<string, readonly number[]>;

  constructor(planPath: string) {
    this.#plan = readPlan(planPath);
    const { kills, times, fresh } = resultsOf(readLog(this.#plan.logPath));
    this.#alive = new Set(this.#plan.wanted.filter((id) => !kills.has(id)));
    this.#times = times;
    this.#fresh = fresh;
  }

  get mutantCount(): number {
    return this.#plan.mutantCount;
  }

  begin(file: string): void {
    append(this.#plan.logPath, { is: "begin", file: this.#short(file), pid: process.pid });
  }

  end(file: string): void {
    append(this.#plan.logPath, { is: "passed", ids: [...this.#passed] });
    append(this.#plan.logPath, { is: "end", file: this.#short(file) });
  }

  /** Of `found` and what earlier rounds found, the living mutants that need the file loaded anew. */
  needingFresh(file: string, found: ReadonlySet<number>): number[] {
    const ids = new Set([...(this.#fresh.get(this.#short(file)) ?? []), ...found]);
    append(this.#plan.logPath, { is: "fresh", file: this.#short(file), ids: [...ids] });
    return this.living(ids);
  }

  /** Whether the test had its turn in a round before, or is known to be too slow for this one. */
  isOutside(test: string): boolean {
    const ms = this.#times.get(test);
    return ms !== undefined && (ms <= this.#plan.doneMs || this.isSlow(ms));
  }

  /** Whether the test is known to be quick enough to stand in a file that is loaded anew. */
  isQuick(test: string): boolean {
    const ms = this.#times.get(test);
    return ms !== undefined && !this.isSlow(ms);
  }

  isSlow(ms: number): boolean {
    return ms > this.#plan.slowestMs;
  }

  time(test: string, ms: number): void {
    append(this.#plan.logPath, { is: "time", test, ms: Math.ceil(ms) });
  }

  unfit(test: string, why: string): void {
    append(this.#plan.logPath, { is: "unfit", test, why });
  }

  /** Of the mutants whose place was passed, those that are worth a try. */
  living(passed: Iterable<number>): number[] {
    const ids = [...passed];
    for (const id of ids) this.#passed.add(id);
    return ids.filter((id) => this.#alive.has(id));
  }

  /** Whether the test's file may be loaded anew, mutant by mutant: that costs the whole file each time. */
  isReloaded(file: string): boolean {
    return this.#plan.reloaded.includes(this.#short(file));
  }

  trying(id: number, file: string): void {
    append(this.#plan.logPath, { is: "try", id, file: this.#short(file) });
  }

  killed(id: number, by: string): void {
    this.#alive.delete(id);
    append(this.#plan.logPath, { is: "kill", id, by });
  }

  /** Takes kills back, because the test fails without them too by now. */
  undo(ids: readonly number[]): void {
    for (const id of ids) this.#alive.add(id);
    append(this.#plan.logPath, { is: "undo", ids });
  }

  #short(file: string): string {
    return relative(this.#plan.root, file);
  }
}

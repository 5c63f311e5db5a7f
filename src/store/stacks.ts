/** Call stacks and their modules, each stored once in its recording. */

import { assert } from "../base/assert.ts";
import { exitCodes, UserError } from "../base/errors.ts";
import type { CallStack, StackEnd, StackFrame, StackModule } from "../events/stack.ts";
import type { Database } from "./connection.ts";

interface StoredStack {
  readonly id: number;
  readonly end: StackEnd;
  /** JSON array of [module, offset]. */
  readonly frames: string;
}

const ends: Readonly<Record<StackEnd, true>> = {
  start: true,
  caller: true,
  "no-table": true,
  "bad-table": true,
  "no-memory": true,
  depth: true,
};

/** Assigns ids to modules and stacks immediately and writes them at the next flush. */
export class StackWriter {
  readonly #database: Database;
  readonly #recording: number;
  readonly #moduleIds = new Map<string, number>();
  readonly #stackIds = new Map<string, number>();
  #freshModules: StackModule[] = [];
  #freshStacks: StoredStack[] = [];

  constructor(database: Database, recording: number) {
    this.#database = database;
    this.#recording = recording;
    for (const { id, path, buildId } of listModules(database, recording)) {
      this.#moduleIds.set(moduleKey(path, buildId), id);
    }
    const stacks = database.prepare<[number], StoredStack>(
      "SELECT id, end, frames FROM stack WHERE recording = ? ORDER BY id",
    );
    for (const { id, end, frames } of stacks.iterate(recording)) {
      this.#stackIds.set(stackKey(end, frames), id);
    }
  }

  /** The module's id, from 1; the same path and build-id have the same id. */
  module(path: string, buildId: string): number {
    const key = moduleKey(path, buildId);
    const known = this.#moduleIds.get(key);
    if (known !== undefined) return known;
    const id = this.#moduleIds.size + 1;
    this.#moduleIds.set(key, id);
    this.#freshModules.push({ id, path, buildId });
    return id;
  }

  /** The stack's id, from 1; the same frames with the same end have the same id. */
  stack(frames: readonly StackFrame[], end: StackEnd): number {
    const pairs = frames.map(({ module, offset }) => {
      assert(module >= 0 && module <= this.#moduleIds.size, "a frame's module is one of ours");
      assert(Number.isSafeInteger(offset) && offset >= 0, "a frame's offset is a whole number");
      return [module, offset];
    });
    const text = JSON.stringify(pairs);
    const key = stackKey(end, text);
    const known = this.#stackIds.get(key);
    if (known !== undefined) return known;
    const id = this.#stackIds.size + 1;
    this.#stackIds.set(key, id);
    this.#freshStacks.push({ id, end, frames: text });
    return id;
  }

  /** Inserts what is new. The caller owns the transaction and calls `settle` once it is committed. */
  insert(): void {
    if (this.#freshModules.length > 0) {
      const insert = this.#database.prepare(
        "INSERT INTO stack_module (recording, id, path, build_id) VALUES (?, ?, ?, ?)",
      );
      for (const { id, path, buildId } of this.#freshModules) {
        insert.run(this.#recording, id, path, buildId);
      }
    }
    if (this.#freshStacks.length === 0) return;
    const insert = this.#database.prepare(
      "INSERT INTO stack (recording, id, end, frames) VALUES (?, ?, ?, ?)",
    );
    for (const { id, end, frames } of this.#freshStacks) {
      insert.run(this.#recording, id, end, frames);
    }
  }

  settle(): void {
    this.#freshModules = [];
    this.#freshStacks = [];
  }
}

/** All modules of a recording, by id. */
export function listModules(database: Database, recording: number): StackModule[] {
  return database
    .prepare<[number], StackModule>(
      "SELECT id, path, build_id AS buildId FROM stack_module WHERE recording = ? ORDER BY id",
    )
    .all(recording);
}

/** Reads stacks and modules, each from the database once. */
export class StackReader {
  readonly #database: Database;
  readonly #recording: number;
  readonly #stacks = new Map<number, CallStack>();
  #modules: ReadonlyMap<number, StackModule> | undefined;

  constructor(database: Database, recording: number) {
    this.#database = database;
    this.#recording = recording;
  }

  /** Undefined when there is none of that id. Throws a UserError when it is damaged. */
  stack(id: number): CallStack | undefined {
    if (id === 0) return undefined;
    const known = this.#stacks.get(id);
    if (known !== undefined) return known;
    const stored = this.#database
      .prepare<[number, number], StoredStack>(
        "SELECT id, end, frames FROM stack WHERE recording = ? AND id = ?",
      )
      .get(this.#recording, id);
    if (stored === undefined) return undefined;
    const stack = toStack(stored);
    if (stack === undefined) throw damaged(this.#recording, id);
    this.#stacks.set(id, stack);
    return stack;
  }

  module(id: number): StackModule | undefined {
    this.#modules ??= new Map(
      listModules(this.#database, this.#recording).map((module) => [module.id, module]),
    );
    const known = this.#modules.get(id);
    if (known !== undefined || id === 0) return known;
    // A recording that is being made can get modules after the first query.
    this.#modules = undefined;
    return listModules(this.#database, this.#recording).find((module) => module.id === id);
  }
}

/** One sentence for each stack of a recording that cannot be read. */
export function checkStacks(database: Database, recording: number): string[] {
  const reader = new StackReader(database, recording);
  const found: string[] = [];
  const stacks = database
    .prepare<[number], StoredStack>("SELECT id, end, frames FROM stack WHERE recording = ?")
    .all(recording);
  for (const stored of stacks) {
    const stack = toStack(stored);
    if (stack === undefined) found.push(damaged(recording, stored.id).message);
    else if (stack.frames.some(({ module }) => module !== 0 && !reader.module(module))) {
      found.push(`stack ${stored.id} of recording ${recording} names a module that is missing`);
    }
  }
  return found;
}

function toStack({ id, end, frames }: StoredStack): CallStack | undefined {
  let pairs: unknown;
  try {
    pairs = JSON.parse(frames);
  } catch {
    return undefined;
  }
  if (!Array.isArray(pairs) || !Object.hasOwn(ends, end)) return undefined;
  const read: StackFrame[] = [];
  for (const pair of pairs as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(Number.isSafeInteger)) {
      return undefined;
    }
    read.push({ module: pair[0] as number, offset: pair[1] as number });
  }
  return { id, frames: read, end };
}

function damaged(recording: number, id: number): UserError {
  return new UserError(
    `stack ${id} of recording ${recording} is damaged: its frames are not what was stored`,
    {
      exitCode: exitCodes.damagedInput,
      hint: "If the disk is sound, the file was changed by something else; restore a copy.",
    },
  );
}

function moduleKey(path: string, buildId: string): string {
  return `${buildId} ${path}`;
}

function stackKey(end: StackEnd, frames: string): string {
  return `${end} ${frames}`;
}

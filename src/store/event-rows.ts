/** Events as rows of the SQL table `event`: the values of its columns, and their fast insertion. */

import { type EventBatch, eventFlags } from "../events/batch.ts";
import { argumentCounts, type CallName, isCallCode, kindOf } from "../events/kinds.ts";
import type { Database, Statement } from "./connection.ts";

type Bound = number | bigint | string | null;

const columns = [
  ...["recording", "seq", "process", "tid", "call", "at_nanos", "duration_nanos"],
  ...["arg0", "arg1", "arg2", "arg3", "arg4", "arg5", "result", "errno"],
  ...["return_address", "file", "stack", "flags", "slot"],
] as const;

/** Rows in one statement: saves a third of the time that one statement a row takes. */
const rowsAtOnce = 64;

/** Above 2^53 SQLite does not store every double as an integer, but every bigint. */
const largestSafe = Number.MAX_SAFE_INTEGER;

/** -errno is in [-4095, -1], as in the kernel's IS_ERR_VALUE. */
const largestErrno = 4095;

export class EventRows {
  readonly #recording: number;
  readonly #many: Statement<[Bound[]]>;
  readonly #one: Statement<[Bound[]]>;
  readonly #values: Bound[] = [];

  constructor(database: Database, recording: number) {
    this.#recording = recording;
    const row = `(${columns.map(() => "?").join(", ")})`;
    const insert = `INSERT INTO event (${columns.join(", ")}) VALUES`;
    this.#one = database.prepare<[Bound[]]>(`${insert} ${row}`);
    this.#many = database.prepare<[Bound[]]>(
      `${insert} ${new Array(rowsAtOnce).fill(row).join(", ")}`,
    );
  }

  /** Inserts all rows of a batch. The caller owns the transaction. */
  insert(batch: EventBatch): void {
    let row = 0;
    for (; row + rowsAtOnce <= batch.length; row += rowsAtOnce) {
      for (let i = 0; i < rowsAtOnce; i++) this.#fill(batch, row + i, i * columns.length);
      this.#values.length = rowsAtOnce * columns.length;
      this.#many.run(this.#values);
    }
    for (; row < batch.length; row++) {
      this.#fill(batch, row, 0);
      this.#values.length = columns.length;
      this.#one.run(this.#values);
    }
  }

  /** Writes a row's values, in the order of `columns`, starting at `place`. */
  #fill(batch: EventBatch, row: number, place: number): void {
    const values = this.#values;
    const code = batch.kind[row]!;
    const flags = batch.flags[row]!;
    const duration = batch.duration[row]!;
    const wide = batch.wide.get(row);
    let at = place;
    values[at++] = this.#recording;
    values[at++] = batch.firstSeq + row;
    values[at++] = batch.process[row]!;
    values[at++] = batch.tid[row]!;
    values[at++] = kindOf(code) ?? `kind ${code}`;
    values[at++] = Math.round(batch.at[row]!);
    values[at++] = duration < 0 ? null : Math.round(duration);
    const shown = shownArguments(code, flags);
    for (let i = 0; i < 6; i++) {
      values[at++] = i < shown ? (wide?.[i] ?? integer(batch.args[i]![row]!)) : null;
    }
    const known = (flags & eventFlags.resultUnknown) === 0;
    const result = batch.result[row]!;
    const failed = known && isCallCode(code) && result < 0 && result >= -largestErrno;
    values[at++] = known ? (wide?.[6] ?? integer(result)) : null;
    values[at++] = failed ? -result : null;
    values[at++] = integer(batch.returnAddress[row]!);
    values[at++] = batch.file[row]!;
    values[at++] = batch.stack[row]!;
    values[at++] = flags;
    values[at++] = batch.slot[row]!;
  }
}

function shownArguments(code: number, flags: number): number {
  if ((flags & eventFlags.shmSize) !== 0) return 5;
  const name = kindOf(code);
  return name === undefined || !isCallCode(code) ? 6 : argumentCounts[name as CallName];
}

function integer(value: number): number | bigint {
  return value > largestSafe || value < -largestSafe ? BigInt(value) : value;
}

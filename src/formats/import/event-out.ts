/** Collects the rows of an import in batches for the sink. */

import { createBatch } from "../../events/batch.ts";
import { kindCodes, type Moment, moments, type Observation } from "../../events/kinds.ts";
import type { ProcessEnd, ProcessStart } from "../../events/process.ts";
import { appendCall, type CallRow, emptyRow } from "./call-row.ts";
import type { ImportSink, Origin } from "./importer.ts";

const capacity = 4096;
const encoder = new TextEncoder();

export class EventOut {
  readonly sink: ImportSink;
  readonly #batch = createBatch(capacity);
  readonly #observation = emptyRow();
  readonly #files = new Map<string, number>();
  #begun = false;
  /** Time of the latest row, nanoseconds since the first event. */
  latestNanos = 0;
  calls = 0;

  constructor(sink: ImportSink) {
    this.sink = sink;
  }

  /** Sets the recording's source; only the first call counts. */
  begin(origin: Origin): void {
    if (this.#begun) return;
    this.#begun = true;
    this.sink.begin(origin);
  }

  call(row: CallRow, process: number): void {
    this.calls += 1;
    this.#append(row, process);
  }

  /** The id of the file of that path; 0 for an unknown one. */
  file(path: string): number {
    if (path === "") return 0;
    let id = this.#files.get(path);
    if (id === undefined) {
      id = this.sink.file({ dev: 0, inode: "0", path });
      this.#files.set(path, id);
    }
    return id;
  }

  started(start: ProcessStart): void {
    this.#json("processStarted", start.process, start.pid, start.atNanos, start);
  }

  ended(end: ProcessEnd, pid: number): void {
    this.#json("processEnded", end.process, pid, end.atNanos, end);
  }

  maps(process: number, pid: number, atNanos: number, bytes: Uint8Array, moment: Moment): void {
    this.#observe("mapsObserved", process, pid, atNanos, [
      this.sink.blob(bytes),
      moments[moment],
      1,
    ]);
  }

  lost(process: number, pid: number, atNanos: number, count: number, reason: string): void {
    const blob = this.sink.blob(encoder.encode(reason));
    this.#observe("callsLost", process, pid, atNanos, [count, blob]);
  }

  flush(): void {
    if (this.#batch.length === 0) return;
    this.sink.append(this.#batch);
    this.#batch.length = 0;
    this.#batch.wide.clear();
  }

  #json(kind: Observation, process: number, tid: number, atNanos: number, value: object): void {
    const blob = this.sink.blob(encoder.encode(JSON.stringify(value)));
    this.#observe(kind, process, tid, atNanos, [blob]);
  }

  #observe(
    kind: Observation,
    process: number,
    tid: number,
    atNanos: number,
    args: readonly number[],
  ): void {
    const row = this.#observation;
    row.kind = kindCodes[kind];
    row.tid = tid;
    row.at = atNanos;
    row.args.fill(0);
    row.args.set(args);
    this.#append(row, process);
  }

  #append(row: CallRow, process: number): void {
    if (row.at > this.latestNanos) this.latestNanos = row.at;
    appendCall(this.#batch, row, process);
    if (this.#batch.length === capacity) this.flush();
  }
}

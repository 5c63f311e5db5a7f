/** The rows of a process besides its calls: its start, maps, losses and end, queued until a batch has room. */
import type { EventBatch } from "../events/batch.ts";
import { moments } from "../events/kinds.ts";
import type { Coverage, CoveredSite, ProcessEnd } from "../events/process.ts";
import { parseCoverage } from "../journal/contents/coverage-text.ts";
import type { JournalItem, TextItem } from "../journal/contents/items.ts";
import type { RecordingWriter } from "../store/writer.ts";
import type { JournalFile } from "./journal-file.ts";
import { lostReason } from "./lost-reasons.ts";
import { appendObservation, type ObservationRow } from "./observations.ts";
import type { OutsideSites } from "./outside-sites.ts";
import { type ProcessFacts, processStart } from "./process-start.ts";

export interface AccountOptions {
  readonly file: JournalFile;
  /** Completed as the process's own records arrive. */
  readonly facts: ProcessFacts;
  readonly writer: RecordingWriter;
  readonly monoStart: bigint;
  /** Called for the arguments of a program that is to be exec'd, before the exec itself. */
  readonly onExecText: (text: TextItem) => void;
  readonly outside: OutsideSites;
  /** The parent, whose program and coverage a forked child inherits. */
  readonly forkedFrom?: ProcessFacts;
}

export class ProcessAccount {
  readonly #options: AccountOptions;
  readonly #outside = new Map<string, CoveredSite>();
  readonly #waiting: ObservationRow[] = [];

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /** All queued rows are in a batch. */
  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  /** Moves queued rows into the batch. False when it is full. */
  flushTo(batch: EventBatch): boolean {
    while (this.#waiting.length > 0) {
      if (!appendObservation(batch, this.#waiting[0]!)) return false;
      this.#waiting.shift();
    }
    return true;
  }

  take(item: Exclude<JournalItem, { readonly type: "processCall" }>): void {
    switch (item.type) {
      case "text":
        this.#text(item);
        break;
      case "maps": {
        this.#findOutside(item.bytes);
        const blob = this.#options.writer.blob(item.bytes);
        const args = [blob, moments[item.moment], item.stable ? 1 : 0];
        this.#observe("mapsObserved", args, item.slot, item.tid, item.atNanos);
        break;
      }
      case "lost": {
        const { file, writer } = this.#options;
        const reason = lostReason(file.live.lostReason);
        const args = [item.count, writer.blob(Buffer.from(reason))];
        this.#observe("callsLost", args, item.slot, 0, item.atNanos);
        break;
      }
      case "sealed":
        break;
    }
  }

  /** The first row of a process describes it. After an exec that waits for the hook's coverage text. */
  start(): void {
    const { facts, file, forkedFrom, monoStart } = this.#options;
    if (facts.started) return;
    facts.started = true;
    if (forkedFrom !== undefined) {
      facts.exe = forkedFrom.exe;
      facts.argv = forkedFrom.argv;
      facts.coverage = forkedFrom.coverage;
    }
    const { header } = file;
    const openNanos = Number(header.open.mono - monoStart);
    const start = processStart(facts, header, Math.max(0, openNanos));
    this.#observe("processStarted", [this.#json(start)], 0, header.tid, start.atNanos);
  }

  end(how: Omit<ProcessEnd, "process" | "atNanos">, slot: number, atNanos: number): void {
    this.start();
    const { facts, file } = this.#options;
    const outside = [...this.#outside.values()];
    const { stacksLost } = file.live;
    const known = {
      process: facts.number,
      ...how,
      atNanos,
      ...(stacksLost > 0 && { stacksLost }),
      ...(outside.length > 0 && { outside }),
    };
    this.#observe("processEnded", [this.#json(known)], slot, 0, atNanos);
  }

  #findOutside(maps: Uint8Array): void {
    const { facts, file, outside } = this.#options;
    const bases = (facts.coverage?.modules ?? []).map(({ base }) => Number(base));
    for (const [start] of file.header.toolRanges) bases.push(Number(start));
    const text = Buffer.from(maps).toString("utf8");
    for (const site of outside.look(text, new Set(bases))) {
      this.#outside.set(`${site.module} ${site.offset}`, site);
    }
  }

  #text(item: TextItem): void {
    const { facts, onExecText } = this.#options;
    const text = Buffer.from(item.bytes).toString("utf8");
    const own = item.key === "0" || item.topic !== "argv";
    if (!own) onExecText(item);
    else if (item.topic === "exe") facts.exe = text;
    else if (item.topic === "argv") facts.argv = text.split("\0").slice(0, -1);
    else if (item.topic === "coverage") {
      facts.coverage = parseCoverage(text, this.#wroteBy());
      this.start();
    }
  }

  #wroteBy(): Coverage["via"] {
    // The hook sets the feature when it has patched, which is before the coverage text is whole.
    const { wroteMem, wroteProtect } = this.#options.file.features;
    return wroteProtect ? "mprotect" : wroteMem ? "mem" : "none";
  }

  #json(value: object): number {
    return this.#options.writer.blob(Buffer.from(JSON.stringify(value)));
  }

  #observe(
    kind: ObservationRow["kind"],
    args: number[],
    slot: number,
    tid: number,
    at: number,
  ): void {
    const process = this.#options.facts.number;
    this.#waiting.push({ kind, process, tid, atNanos: Math.max(at, 0), args, slot });
  }
}

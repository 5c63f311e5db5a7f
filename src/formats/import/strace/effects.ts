/** The effect of a finished call: an event, a child, another program, a file's name. */

import { hasFlags, mapFlags } from "../../../events/flags.ts";
import { kindCodes } from "../../../events/kinds.ts";
import type { CallRow } from "../call-row.ts";
import type { EventOut } from "../event-out.ts";
import type { History, LogPoint, Thread } from "../history.ts";
import type { CallShape } from "./call-table.ts";
import { noteFiles } from "./files.ts";
import { childKindOf, fillFork } from "./forks.ts";
import type { CallParser } from "./parse-call.ts";
import { firstString, stringList, unescapeString } from "./strings.ts";

export class CallEffects {
  readonly #out: EventOut;
  readonly #history: History;
  readonly #parser: CallParser;
  /** Sizes of System V segments by id, as the log showed them being made. */
  readonly #segments = new Map<number, number>();

  constructor(out: EventOut, history: History, parser: CallParser) {
    this.#out = out;
    this.#history = history;
    this.#parser = parser;
  }

  memory({ process }: Thread, row: CallRow): void {
    if (row.kind === kindCodes.mmap && row.result >= 0) {
      row.file = this.#fileOf(row, process.files);
    } else if (row.kind === kindCodes.shmat && row.wide === undefined) {
      const id = row.args[0]!;
      const size = this.#parser.notedBytes() ?? this.#segments.get(id);
      if (size !== undefined) this.#parser.setSegment(size, id);
    }
    process.order.add(row);
  }

  #fileOf(row: CallRow, files: ReadonlyMap<number, string>): number {
    if (hasFlags(row.args[3]!, mapFlags.anonymous)) return 0;
    const { nameFrom, nameTo, values } = this.#parser;
    const path =
      nameTo > nameFrom
        ? unescapeString(values.text(nameFrom, nameTo))
        : files.get(row.args[4]! | 0);
    return path === undefined ? 0 : this.#out.file(path);
  }

  exec(thread: Thread, row: CallRow, text: string, at: LogPoint): void {
    const path = firstString(text) ?? "";
    fillPointers(row, text);
    row.file = this.#out.file(path);
    if (row.result !== 0 || row.flags !== 0) thread.process.order.add(row);
    else this.#history.execed(thread, row, path, stringList(text), at);
  }

  exit(thread: Thread, row: CallRow, text: string): void {
    row.args[0] = Number.parseInt(text, 10) || 0;
    thread.process.order.add(row);
  }

  files({ process }: Thread, row: CallRow, shape: CallShape, text: string): void {
    if (row.result < 0 || row.flags !== 0) return;
    noteFiles(process.files, this.#segments, shape.name, text, row.result);
  }

  /** @param seen the child, where its own lines came before the end of the call */
  fork(
    thread: Thread,
    row: CallRow,
    shape: CallShape,
    text: string,
    seen: Thread | undefined,
    at: LogPoint,
  ): void {
    const kind = childKindOf(shape.name, text);
    fillFork(row, kind, text);
    if (row.result <= 0) {
      if (kind !== "thread") thread.process.order.add(row);
      return;
    }
    const tid = row.result;
    const child = seen?.tid === tid ? seen : this.#history.addChild(thread, tid, kind, at);
    this.#history.forked(thread, row, child, kind);
  }
}

/** An exported exec shows the pointers themselves, with what they pointed to beside them. */
function fillPointers(row: CallRow, text: string): void {
  const words = text.replace(/ \/\*.*?\*\//gs, "").split(", ");
  for (const [i, word] of words.slice(0, 5).entries()) {
    if (/^(?:0x[0-9a-f]+|\d+)$/.test(word)) row.args[i] = Number(word);
  }
}

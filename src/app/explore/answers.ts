/** Answers that need names of functions; loading what looks those up is kept until the first question. */

import { plainStyle } from "../../base/style.ts";
import { type CallSites, callSites } from "../../sites/call-sites.ts";
import type { RecordingReader } from "../../store/reader.ts";
import { askerOf } from "./asker.ts";
import type { EventPlace } from "./event-window.ts";
import { ownersOf } from "./owners.ts";
import type { Tape } from "./tape.ts";

/** Lines of text, without colours; yields while it works. */
export type Answer = Generator<void, readonly string[]>;

export class Answers {
  readonly #tape: Tape;
  #known: { readonly reader: RecordingReader; readonly sites: CallSites } | undefined;

  constructor(tape: Tape) {
    this.#tape = tape;
  }

  /** The call's stack. */
  asker(place: EventPlace): Answer {
    return askerOf(this.#sites(), place);
  }

  /** Who held an address in a process, up to an event. */
  owners(process: number, address: number, seq: number): Answer {
    return ownersOf(this.#tape, process, address, seq, plainStyle, this.#sites());
  }

  /** Names that are known stay known while the recording is the same. */
  #sites(): CallSites {
    const { reader, row } = this.#tape;
    if (this.#known?.reader !== reader) this.#known = { reader, sites: callSites(reader, row) };
    return this.#known.sites;
  }
}

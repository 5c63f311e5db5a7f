/** The findings: analysed by a child process when they are first looked at, and again when the recording has grown. */
import { type AskedFindings, askFindings } from "../../app/explore/findings-beside.ts";
import type { Tape } from "../../app/explore/tape.ts";
import type { FindingsState } from "../draw/findings.ts";

export class FindingsSource {
  #state: FindingsState = { answer: undefined, isAsking: false, error: undefined };
  #askedAt = -1;
  #asked: AskedFindings | undefined;
  #isClosed = false;
  readonly #tape: Tape;
  readonly #onChange: () => void;

  constructor(tape: Tape, onChange: () => void) {
    this.#tape = tape;
    this.#onChange = onChange;
  }

  get state(): FindingsState {
    return this.#state;
  }

  /** Does nothing when they are known for the recording as it is now. */
  ask(): void {
    const { eventCount } = this.#tape.reader;
    if (this.#state.isAsking || this.#askedAt === eventCount) return;
    this.#askedAt = eventCount;
    this.#change({ isAsking: true, error: undefined });
    this.#asked = askFindings({ db: this.#tape.path, recording: this.#tape.row.id });
    this.#asked.answer.then(
      (answer) => this.#change({ answer, isAsking: false }),
      (error: unknown) => this.#change({ isAsking: false, error: messageOf(error) }),
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#asked?.stop();
  }

  #change(change: Partial<FindingsState>): void {
    if (this.#isClosed) return;
    this.#state = { ...this.#state, ...change };
    this.#onChange();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

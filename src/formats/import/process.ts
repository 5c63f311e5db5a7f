/** The state of one process during an import. */

import type { ProcessStart } from "../../events/process.ts";
import { CallOrder } from "./call-order.ts";
import type { CallRow } from "./call-row.ts";

export interface ProcessOrigin {
  readonly pid: number;
  readonly ppid: number;
  readonly parent: number | undefined;
  readonly how: ProcessStart["how"];
  readonly exe: string;
  readonly argv: readonly string[];
  readonly atNanos: number;
}

export class ImportedProcess {
  /** In the recording, from 1. */
  readonly number: number;
  readonly order: CallOrder;
  /** Paths by file descriptor, as far as the log shows what was opened. */
  files = new Map<number, string>();
  /** Its own, without those that borrow its space. */
  threads = 0;
  isStarted = false;
  readonly #origin: ProcessOrigin;

  constructor(number: number, origin: ProcessOrigin, write: (row: CallRow) => void) {
    this.number = number;
    this.#origin = origin;
    this.order = new CallOrder(write);
  }

  get origin(): Omit<ProcessOrigin, "parent"> & { readonly parent?: number } {
    const { parent, ...rest } = this.#origin;
    return parent === undefined ? rest : { ...rest, parent };
  }

  get pid(): number {
    return this.#origin.pid;
  }

  get ppid(): number {
    return this.#origin.ppid;
  }

  get how(): ProcessStart["how"] {
    return this.#origin.how;
  }

  get exe(): string {
    return this.#origin.exe;
  }

  get argv(): readonly string[] {
    return this.#origin.argv;
  }
}

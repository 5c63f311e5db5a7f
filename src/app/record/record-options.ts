/** What the command line says about making a recording, and about recovering one. */

import type { DatabaseChoice } from "../open/database.ts";

export interface RecordOptions extends DatabaseChoice {
  /** The program and its arguments; at least one. */
  readonly command: readonly string[];
  /** No live line, no summary; errors are still reported. */
  readonly quiet?: boolean | undefined;
  /** End when the program does, even if children of it still run. */
  readonly detachAfterExit?: boolean | undefined;
  /** none, caller, fp or unwind; unwind when undefined. */
  readonly stacks?: string | undefined;
  /** Folder for the journals while the program runs; chosen by room when undefined. */
  readonly journal?: string | undefined;
}

/** What a recorded run came to. */
export interface Recorded {
  /** Absolute path. */
  readonly database: string;
  /** Its number in the database. */
  readonly recording: number;
  /** The program's own end; undefined when nobody saw it. */
  readonly exit: { readonly code?: number; readonly signal?: number } | undefined;
  /** The program's own status, or 128+n when signal n ended it: what a shell would say. */
  readonly exitCode: number;
  /** False when the database could not be written to its end; what is missing waits for `recover`. */
  readonly isFinished: boolean;
}

export interface RecoverOptions extends DatabaseChoice {
  /** The session's folder, as the killed recorder left it. */
  readonly folder: string;
  readonly quiet?: boolean | undefined;
}

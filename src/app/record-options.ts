/** What the command line says about making a recording, and about recovering one. */

import type { DatabaseChoice } from "./database.ts";

export interface RecordOptions extends DatabaseChoice {
  /** The program and its arguments; at least one. */
  readonly command: readonly string[];
  /** No live line, no summary; errors are still told. */
  readonly quiet?: boolean | undefined;
  /** End when the program does, even if children of it still run. */
  readonly detachAfterExit?: boolean | undefined;
  /** none, caller, fp or unwind; unwind when undefined. */
  readonly stacks?: string | undefined;
  /** Folder for the journals while the program runs; chosen by room when undefined. */
  readonly journal?: string | undefined;
}

export interface RecoverOptions extends DatabaseChoice {
  /** The session's folder, as the killed recorder left it. */
  readonly folder: string;
  readonly quiet?: boolean | undefined;
}

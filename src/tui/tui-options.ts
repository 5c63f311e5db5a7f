/** What the command line says about opening the TUI. */
import type { RecordingChoice } from "../app/open/database.ts";

export interface TuiOptions extends RecordingChoice {
  /** Stays on the newest event of a recording that is being made. */
  readonly live?: boolean | undefined;
  /** Where to begin: an event, a time, a share, start, end. The end when absent. */
  readonly at?: string | undefined;
}

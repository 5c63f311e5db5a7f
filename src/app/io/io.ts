/** A use-case's access to the outside: its outputs, the environment, the current folder. */

import type { Style } from "../../base/style.ts";
import type { Environment } from "../../base/terminal.ts";

export interface Output {
  /** Resolves once there is room for more, so that a slow reader slows the writer. */
  write(text: string | Uint8Array): Promise<void>;
  readonly style: Style;
  readonly isTTY: boolean;
}

export interface Io {
  readonly out: Output;
  readonly err: Output;
  readonly env: Environment;
  readonly cwd: string;
}

/** A comparison of a replay with one of the kernel's maps texts. */

import type { Moment } from "../events/kinds.ts";
import type { Divergence } from "./compare.ts";

/** A later maps text of a process, compared with the replay. */
export interface MapsCheck {
  readonly seq: number;
  readonly atNanos: number;
  readonly moment: Moment | undefined;
  /** No call ran while the kernel's text was read. */
  readonly stable: boolean;
  readonly ranges: number;
  readonly divergences: readonly Divergence[];
}

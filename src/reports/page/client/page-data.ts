/** The page's data as the script's parts see it. */

import type { PageFacts } from "../facts.ts";

export type Column = Float64Array | Uint32Array | Uint8Array;

export interface Data extends PageFacts {
  /** Throws when the page does not have it: then page and script are not of one piece. */
  column(name: string): Column;
}

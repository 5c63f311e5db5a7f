/** The page's data, as the parts of the script use it. */

import type { PageFacts } from "../facts.ts";

export type Column = Float64Array | Uint32Array | Uint8Array;

export interface Data extends PageFacts {
  /** Throws if the page lacks the column, as then page and script are of different versions. */
  column(name: string): Column;
}

/** Who asked: the places in a program that calls come from, as numbers while folding and as names at the end. */

import type { EventBatch } from "../../events/batch.ts";

export interface SiteNames {
  /** A small number for the place that made the call at `row`: equal numbers, equal place. 0 is unknown. */
  siteOf(batch: EventBatch, row: number): number;
  /** `list_resize (listobject.c:76)`, else `libfoo.so.1+0x12a0`, else `unknown`. */
  name(site: number): string;
}

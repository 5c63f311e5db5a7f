/** Call sites: numbers while events are processed, names at the end. */

import type { EventBatch } from "../../events/batch.ts";

export interface SiteNames {
  /** A small number for the site of the call at `row`: equal for equal sites. 0 is unknown. */
  siteOf(batch: EventBatch, row: number): number;
  /** `list_resize (listobject.c:76)`, else `libfoo.so.1+0x12a0`, else `unknown`. */
  name(site: number): string;
}

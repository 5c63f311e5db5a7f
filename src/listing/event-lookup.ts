/** Single events by their numbers: what was called, when, by whom. */

import type { SiteNames } from "../analyses/recorders/sites.ts";
import type { Style } from "../base/style.ts";
import { isCall } from "../events/describe.ts";
import { kindOf } from "../events/kinds.ts";
import type { EventContext } from "../store/event-context.ts";
import type { RecordingReader } from "../store/reader.ts";
import { callText } from "./call-text.ts";

export interface EventFacts {
  readonly seq: number;
  readonly atNanos: number;
  readonly tid: number;
  /** Name of the call or the observation. */
  readonly name: string;
  /** `mremap(0x7f12_3400_0000, 64 MiB, 128 MiB, MREMAP_MAYMOVE)`; the name for an observation. */
  readonly text: string;
  /** Who asked, by name; absent where that is not known or was not asked for. */
  readonly site?: string | undefined;
}

/** Decodes each chunk that holds one of them once. */
export function lookUpEvents(
  reader: RecordingReader,
  context: EventContext,
  seqs: Iterable<number>,
  style: Style,
  sites?: SiteNames,
): ReadonlyMap<number, EventFacts> {
  const found = new Map<number, EventFacts>();
  const wanted = [...new Set(seqs)].filter((seq) => seq >= 1).sort((a, b) => a - b);
  let next = 0;
  for (const { firstSeq, count } of reader.chunkIndex()) {
    const end = firstSeq + count;
    const inside: number[] = [];
    for (; next < wanted.length && wanted[next]! < end; next++) inside.push(wanted[next]!);
    if (inside.length === 0) continue;
    for (const batch of reader.chunks({ fromSeq: firstSeq, toSeq: end - 1 })) {
      for (const seq of inside) {
        const row = seq - batch.firstSeq;
        const kind = kindOf(batch.kind[row] ?? 0);
        const name = kind ?? "unknown";
        const text = isCall(kind) ? callText(batch, row, context, style, { exact: false }) : name;
        const number = sites?.siteOf(batch, row) ?? 0;
        const site = number === 0 ? undefined : sites?.name(number);
        const { at, tid } = batch;
        found.set(seq, { seq, atNanos: at[row] ?? 0, tid: tid[row] ?? 0, name, text, site });
      }
    }
  }
  return found;
}

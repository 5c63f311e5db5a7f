/** Walks the fields of an event in the order in which they are shown; a sink makes text or objects of them. */

import type { EventBatch } from "../events/batch.ts";
import { errnoAt, exactValues, isCall, isResultKnown, meaningOf } from "../events/describe.ts";
import { errnoName } from "../events/errno.ts";
import { type CallName, kindOf } from "../events/kinds.ts";
import type { CallSites } from "../sites/call-sites.ts";
import type { EventContext } from "../store/event-context.ts";
import { type ObservationDetail, observationDetail } from "./observation.ts";

/** Takes what every event has, then what every call or observation has, then further fields one by one. */
export interface FieldSink {
  head(seq: number, process: number, pid: number, tid: number, atNanos: number): void;
  /** `result` undefined: the call never came back. */
  call(
    name: CallName,
    durationNanos: number | null,
    args: readonly (number | bigint)[],
    result: number | bigint | undefined,
    errno: string | null,
  ): void;
  observation(name: string, detail: ObservationDetail): void;
  number(name: string, value: number): void;
  /** Shown as hexadecimal text. */
  hex(name: string, value: number | bigint): void;
  /** One of the kernel's words, which have nothing in them that JSON would escape. */
  word(name: string, value: string): void;
  /** Any text: a site's or a path's, which many events share. */
  text(name: string, value: string | null): void;
  stack(name: string, sites: CallSites, number: number): void;
}

/** Who asked: the site's name or null, and the stack where it is wanted. */
export interface WantedSites {
  readonly sites: CallSites;
  readonly stacks: boolean;
}

/**
 * Gives `sink` every field of the event at `row`. A call has its name in `call`; an observation has
 * null there and its own name in `observation`.
 */
export function eventFields(
  sink: FieldSink,
  batch: EventBatch,
  row: number,
  context: EventContext,
  wanted?: WantedSites,
): void {
  const kind = kindOf(batch.kind[row] ?? 0);
  const process = batch.process[row] ?? 0;
  const atNanos = Math.round(batch.at[row] ?? 0);
  sink.head(batch.firstSeq + row, process, context.pidOf(process), batch.tid[row] ?? 0, atNanos);
  if (isCall(kind)) callFields(sink, batch, row, kind, context, wanted);
  else sink.observation(kind ?? `kind ${batch.kind[row]}`, observationDetail(batch, row, context));
}

function callFields(
  sink: FieldSink,
  batch: EventBatch,
  row: number,
  call: CallName,
  context: EventContext,
  wanted: WantedSites | undefined,
): void {
  const { args, result } = exactValues(batch, row);
  const duration = batch.duration[row] ?? -1;
  const error = errnoAt(batch, row);
  sink.call(
    call,
    duration < 0 ? null : Math.round(duration),
    args,
    isResultKnown(batch, row) ? result : undefined,
    error === 0 ? null : errnoName(error),
  );
  meaningFields(sink, batch, row, context);
  if (wanted === undefined) return;
  const { sites, stacks } = wanted;
  const site = sites.siteOf(batch, row);
  sink.text("site", site === 0 ? null : sites.name(site));
  if (stacks) sink.stack("stack", sites, sites.stackNumberOf(batch, row));
}

function meaningFields(
  sink: FieldSink,
  batch: EventBatch,
  row: number,
  context: EventContext,
): void {
  const meaning = meaningOf(batch, row, context.pageBytes);
  if (meaning === undefined) return;
  if (meaning.addr !== undefined) sink.hex("addr", meaning.addr);
  if (meaning.length !== undefined) sink.number("length", meaning.length);
  if (meaning.newAddr !== undefined) sink.hex("newAddr", meaning.newAddr);
  if (meaning.newLength !== undefined) sink.number("newLength", meaning.newLength);
  if (meaning.prot !== undefined) sink.word("prot", meaning.prot);
  if (meaning.flags !== undefined) sink.word("flags", meaning.flags);
  if (meaning.advice !== undefined) sink.word("advice", meaning.advice);
  const path = context.pathOf(batch.file[row] ?? 0);
  if (path !== undefined) sink.text("path", path);
}

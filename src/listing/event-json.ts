/** `events --json`: one object a line. Addresses and raw arguments are hexadecimal text. */

import { formatHex } from "../base/units.ts";
import type { EventBatch } from "../events/batch.ts";
import { errnoAt, exactValues, isCall, isResultKnown, meaningOf } from "../events/describe.ts";
import { errnoName } from "../events/errno.ts";
import { kindOf } from "../events/kinds.ts";
import type { CallSites } from "../sites/call-sites.ts";
import { frameJson } from "../sites/code-frame.ts";
import type { EventContext } from "../store/event-context.ts";
import { observationDetail } from "./observation.ts";

/**
 * The event at `row`, without a closing newline. A call has its name in `call`; an observation has
 * null there and its own name in `observation`. The object is written by hand: ten million of them
 * go through here.
 */
export function eventJson(
  batch: EventBatch,
  row: number,
  context: EventContext,
  sites?: EventSites,
): string {
  const kind = kindOf(batch.kind[row] ?? 0);
  const process = batch.process[row] ?? 0;
  const head =
    `{"seq":${batch.firstSeq + row},"process":${process},"pid":${context.pidOf(process)}` +
    `,"tid":${batch.tid[row]},"atNanos":${Math.round(batch.at[row] ?? 0)}`;
  if (!isCall(kind)) {
    const detail = JSON.stringify(observationDetail(batch, row, context)).slice(1);
    const name = JSON.stringify(kind ?? `kind ${batch.kind[row]}`);
    const close = detail === "}" ? detail : `,${detail}`;
    return `${head},"durationNanos":null,"call":null,"args":[],"result":null,"errno":null,"observation":${name}${close}`;
  }
  const values = exactValues(batch, row);
  const duration = batch.duration[row] ?? -1;
  const error = errnoAt(batch, row);
  const args = values.args.map((value) => `"${formatHex(value)}"`).join(",");
  const result = isResultKnown(batch, row) ? `"${formatHex(values.result)}"` : "null";
  return (
    `${head},"durationNanos":${duration < 0 ? "null" : Math.round(duration)},"call":"${kind}"` +
    `,"args":[${args}],"result":${result}` +
    `,"errno":${error === 0 ? "null" : `"${errnoName(error)}"`}` +
    `${meaningJson(batch, row, context)}${sites === undefined ? "" : sitesJson(batch, row, sites)}}`
  );
}

/** Who asked: the site's name or null, and the stack where it is wanted. */
export interface EventSites {
  readonly sites: CallSites;
  /** JSON of the stacks met so far, by number; absent where stacks are not wanted. */
  readonly stacks?: Map<number, string> | undefined;
}

/** Names come back again and again; each is quoted once. */
const quoted = new Map<string, string>();

function sitesJson(batch: EventBatch, row: number, { sites, stacks }: EventSites): string {
  const site = sites.siteOf(batch, row);
  const name = site === 0 ? "null" : quote(sites.name(site));
  if (stacks === undefined) return `,"site":${name}`;
  return `,"site":${name},"stack":${stackText(sites, sites.stackNumberOf(batch, row), stacks)}`;
}

function stackText(sites: CallSites, number: number, known: Map<number, string>): string {
  let text = known.get(number);
  if (text === undefined) {
    const { frames, end } = sites.stack(number);
    text = JSON.stringify({ end: end ?? null, frames: frames.map(frameJson) });
    known.set(number, text);
  }
  return text;
}

function quote(name: string): string {
  let text = quoted.get(name);
  if (text === undefined) {
    text = JSON.stringify(name);
    quoted.set(name, text);
  }
  return text;
}

function meaningJson(batch: EventBatch, row: number, context: EventContext): string {
  const meaning = meaningOf(batch, row, context.pageBytes);
  if (meaning === undefined) return "";
  let text = "";
  if (meaning.addr !== undefined) text += `,"addr":"${formatHex(meaning.addr)}"`;
  if (meaning.length !== undefined) text += `,"length":${meaning.length}`;
  if (meaning.newAddr !== undefined) text += `,"newAddr":"${formatHex(meaning.newAddr)}"`;
  if (meaning.newLength !== undefined) text += `,"newLength":${meaning.newLength}`;
  if (meaning.prot !== undefined) text += `,"prot":"${meaning.prot}"`;
  if (meaning.flags !== undefined) text += `,"flags":"${meaning.flags}"`;
  if (meaning.advice !== undefined) text += `,"advice":"${meaning.advice}"`;
  const path = context.pathOf(batch.file[row] ?? 0);
  return path === undefined ? text : `${text},"path":${JSON.stringify(path)}`;
}

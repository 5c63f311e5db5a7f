/** `events` for people: one line an event, in the manner of strace. */

import type { Growth } from "../analyses/recorders/growth.ts";
import type { SiteNames } from "../analyses/recorders/sites.ts";
import { cutLine, padEnd, padStart } from "../base/columns.ts";
import { displayWidth } from "../base/display-width.ts";
import { commandText } from "../base/program.ts";
import { signalName } from "../base/signals.ts";
import type { Style } from "../base/style.ts";
import { formatCount } from "../base/units.ts";
import type { EventBatch } from "../events/batch.ts";
import { isCall } from "../events/describe.ts";
import { type CallName, kindOf } from "../events/kinds.ts";
import type { EventContext } from "../store/event-context.ts";
import { callText, resultText } from "./call-text.ts";
import { observationDetail } from "./observation.ts";

export interface LineOptions {
  /** Lengths in bytes and addresses without marks, as strace has them. */
  readonly exact: boolean;
  /** Who asked, where the line has room for it. */
  readonly sites?: SiteNames | undefined;
}

/** Fewer characters of a site than that say nothing. */
const leastSiteWidth = 12;

export type LineFormat = (batch: EventBatch, row: number, growth: Growth | undefined) => string;

/** Lines without a closing newline, in columns as wide as this recording needs. */
export function lineFormat(context: EventContext, style: Style, options: LineOptions): LineFormat {
  const seqWidth = String(context.eventCount).length + 1;
  const timeWidth = (context.durationNanos / 1e9).toFixed(6).length;
  const pidWidth = Math.max(...context.processes.map(({ pid }) => String(pid).length), 1);
  const showPid = context.processes.length > 1;
  return (batch, row, growth) => {
    const seq = padStart(`@${batch.firstSeq + row}`, seqWidth);
    const time = padStart(((batch.at[row] ?? 0) / 1e9).toFixed(6), timeWidth);
    const tid = padStart(String(batch.tid[row] || ""), pidWidth);
    const pid = showPid
      ? `${padStart(String(context.pidOf(batch.process[row] ?? 0)), pidWidth)} `
      : "";
    const head = style.paint("quiet", `${seq}  ${time}  ${pid}${tid}`);
    const kind = kindOf(batch.kind[row] ?? 0);
    if (!isCall(kind)) {
      return `${head}  ${style.paint("quiet", observationText(batch, row, context))}`;
    }
    const call = callText(batch, row, context, style, options);
    const result = resultText(batch, row, style, options);
    const duration = batch.duration[row] ?? -1;
    const took = duration < 0 ? "" : `  ${style.paint("quiet", style.duration(duration))}`;
    const sign = padEnd(signOf(kind, batch, row, growth, style), 1);
    const text = `${head}  ${sign} ${call} = ${result}${took}`;
    return text + siteText(batch, row, displayWidth(text), style, options.sites);
  };
}

/** Cut to what is left of the line in a terminal. */
function siteText(
  batch: EventBatch,
  row: number,
  taken: number,
  style: Style,
  sites: SiteNames | undefined,
): string {
  const site = sites?.siteOf(batch, row) ?? 0;
  if (site === 0 || sites === undefined) return "";
  const room = style.width === undefined ? Number.POSITIVE_INFINITY : style.width - taken - 2;
  if (room < leastSiteWidth) return "";
  return `  ${cutLine(sites.name(site), room, style.pick("…", "..."))}`;
}

function signOf(
  kind: CallName,
  batch: EventBatch,
  row: number,
  growth: Growth | undefined,
  style: Style,
): string {
  if (growth !== undefined) return style.sign(growth.outcome);
  const result = batch.result[row] ?? 0;
  if (result < 0) return style.sign("refused");
  if (kind === "mmap" || kind === "shmat") return style.sign("born");
  if (kind === "munmap" || kind === "shmdt") return style.sign("gone");
  return "";
}

function observationText(batch: EventBatch, row: number, context: EventContext): string {
  const detail = observationDetail(batch, row, context);
  const process = batch.process[row] ?? 0;
  const pid = context.pidOf(process) || batch.tid[row];
  switch (kindOf(batch.kind[row] ?? 0)) {
    case "processStarted": {
      const how = { launch: "started", exec: "began a new program", fork: "was forked" };
      const what = detail.start === undefined ? "started" : how[detail.start.how];
      return `--- ${pid} ${what}: ${commandText(detail.start?.argv ?? [], 60)} ---`;
    }
    case "processEnded":
      return `+++ ${pid} ${endText(detail.end)} +++`;
    case "mapsObserved":
      return `--- maps of ${pid} read (${detail.moment ?? "at some moment"}) ---`;
    case "callsLost": {
      const reason = detail.reason === undefined ? "" : `: ${detail.reason}`;
      return `!!! ${formatCount(detail.lost ?? 0)} calls of ${pid} are missing from here on${reason} !!!`;
    }
    default:
      return `--- an observation that this version does not know (${batch.kind[row]}) ---`;
  }
}

function endText(end: { how: string; status?: number; signal?: number } | undefined): string {
  if (end?.signal !== undefined) return `was killed by ${signalName(end.signal)}`;
  if (end?.how === "exec") return "ran another program";
  if (end?.how === "running") return "was still running";
  if (end?.status !== undefined) return `exited with ${end.status}`;
  return "ended";
}

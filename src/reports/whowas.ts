/**
 * `maptrail whowas` as text: one sentence as the answer, then all mappings that held the address.
 */

import { alignColumns } from "../base/columns.ts";
import { printable } from "../base/printable.ts";
import type { Style } from "../base/style.ts";
import { countOf, formatAddress, formatBytes } from "../base/units.ts";

/** An event, as sentences name it. */
export interface NamedEvent {
  readonly seq: number;
  readonly atNanos: number;
  readonly tid: number;
  /** `munmap`; `maps text` and similar for events that are not calls. */
  readonly name: string;
  /** The call with its arguments and result. */
  readonly text: string;
  /** The call's site: `list_resize (listobject.c:76)`. */
  readonly site?: string | undefined;
}

export interface Owner {
  readonly pid: number;
  readonly mapping: number;
  /** What is mapped: `[heap]`, a path, `anonymous`. */
  readonly what: string;
  readonly permissions: string;
  readonly start: number;
  readonly end: number;
  readonly gain: string;
  /** Undefined if it was mapped before the recording began. */
  readonly from: NamedEvent | undefined;
  /** Undefined while it still holds the address. */
  readonly to: NamedEvent | undefined;
  readonly loss: string | undefined;
  readonly movedTo: number | undefined;
}

export interface Neighbour {
  readonly what: string;
  readonly mapping: number;
  readonly permissions: string;
  /** Bytes between the neighbour and the address. */
  readonly distance: number;
}

export interface WhowasAnswer {
  readonly address: number;
  readonly pid: number;
  readonly program: string;
  /** The moment in question, in time and in words: `its end`, `@1234`. */
  readonly atNanos: number;
  readonly moment: string;
  /** In event order. */
  readonly owners: readonly Owner[];
  /** The mappings below and above the address, if nothing is mapped there. */
  readonly below: Neighbour | undefined;
  readonly above: Neighbour | undefined;
}

const endings: Readonly<Record<string, string>> = {
  unmapped: "was unmapped",
  replaced: "was mapped over",
  shrunk: "was cut off",
  "not found": "was gone when the maps were read",
  ended: "went with its process",
};

/** `0x7f12_3400_0000 was unmapped by munmap @812, 1.2 ms before its end; nobody has owned it since` */
export function whowasSentence(answer: WhowasAnswer, style: Style): string {
  const address = style.paint("strong", formatAddress(answer.address));
  const last = answer.owners[answer.owners.length - 1];
  if (last === undefined) return `nobody ever owned ${address}${nearText(answer)}`;
  if (last.to === undefined) {
    const since =
      last.from === undefined ? "from before the recording" : `since ${byText(last.from)}`;
    return `${address} belongs to #${last.mapping}, ${last.permissions} ${printable(last.what)}, ${since}${
      last.from === undefined ? "" : `, ${before(answer, last.from, style)}`
    }`;
  }
  const ending =
    last.movedTo === undefined
      ? (endings[last.loss ?? ""] ?? "was lost")
      : `moved to ${formatAddress(last.movedTo)}`;
  const when = `${byText(last.to)}, ${before(answer, last.to, style)}`;
  return `${address} ${ending} by ${when}; nobody has owned it since`;
}

function byText({ name, seq, site }: NamedEvent): string {
  return site === undefined ? `${name} @${seq}` : `${name} @${seq} in ${printable(site)}`;
}

function before({ atNanos, moment }: WhowasAnswer, event: NamedEvent, style: Style): string {
  return `${style.duration(Math.max(0, atNanos - event.atNanos))} before ${moment}`;
}

function nearText({ below, above }: WhowasAnswer): string {
  const parts: string[] = [];
  if (below !== undefined) {
    const { mapping, what, distance } = below;
    parts.push(
      `#${mapping} ${printable(what)} ends ${distance === 0 ? "right" : formatBytes(distance)} below it`,
    );
  }
  if (above !== undefined) {
    const { mapping, what, distance } = above;
    parts.push(`#${mapping} ${printable(what)} begins ${formatBytes(distance)} above it`);
  }
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
}

const mostOwners = 20;

/** Lines without a closing newline. */
export function whowasText(answers: readonly WhowasAnswer[], style: Style): string {
  return answers.map((answer) => answerText(answer, answers.length > 1, style)).join("\n\n");
}

function answerText(answer: WhowasAnswer, namesProcess: boolean, style: Style): string {
  const { owners, pid, program } = answer;
  const lines = [whowasSentence(answer, style)];
  if (namesProcess) lines.unshift(style.paint("quiet", `pid ${pid} ${printable(program)}`));
  if (owners.length > 0 && nearText(answer) !== "" && owners.at(-1)?.to !== undefined) {
    lines.push(style.paint("quiet", nearText(answer).slice(2)));
  }
  const shown = owners.slice(-mostOwners);
  const namesPids = new Set(owners.map((owner) => owner.pid)).size > 1;
  const hidden = owners.length - shown.length;
  if (hidden > 0) lines.push("", `  ${countOf(hidden, "earlier owner")}`);
  else if (shown.length > 0) lines.push("");
  const events = alignColumns(
    shown.flatMap((owner) => eventRows(owner, style)),
    [{}, { align: "right" }, { align: "right" }, {}, {}, {}],
  );
  for (const owner of shown) {
    lines.push(`  ${ownerLine(owner, namesPids)}`);
    for (const line of events.splice(0, owner.to === undefined ? 1 : 2)) lines.push(`    ${line}`);
  }
  return lines.join("\n");
}

function ownerLine(owner: Owner, namesPid: boolean): string {
  const { mapping, pid, start, end, permissions, what } = owner;
  const name = namesPid ? `#${mapping} of ${pid}` : `#${mapping}`;
  return `${name}  ${formatAddress(start)} + ${formatBytes(end - start)}  ${permissions} ${printable(what)}`;
}

/** How it got the address, and how it lost it, if it did. */
function eventRows({ gain, from, to, loss, movedTo }: Owner, style: Style): string[][] {
  const came =
    from === undefined
      ? [`  ${gain}`, "", "", "before the recording"]
      : [`  ${gain}`, ...eventCells(from)];
  if (to === undefined) return [came];
  const sign = style.sign(movedTo === undefined ? "gone" : "moved");
  const where = movedTo === undefined ? "" : ` to ${formatAddress(movedTo)}`;
  return [came, [`${sign} ${loss ?? "lost"}${where}`, ...eventCells(to)]];
}

function eventCells({ seq, atNanos, tid, text, site }: NamedEvent): string[] {
  const cells = [`@${seq}`, `${(atNanos / 1e9).toFixed(6)} s`, text, `thread ${tid}`];
  return [...cells, site === undefined ? "" : printable(site)];
}

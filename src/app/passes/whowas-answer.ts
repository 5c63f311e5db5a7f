/** Builds the answer of `whowas` for a process: the holds of an address with their events, and the neighbours. */

import type { SiteNames } from "../../analyses/recorders/sites.ts";
import { type EventFacts, lookUpEvents } from "../../listing/event-lookup.ts";
import type { Landmarks, ProcessLandmarks } from "../../replay/landmarks.ts";
import { type Instant, nameOf } from "../../replay/lifetimes.ts";
import type { Hold, OwnerWatch } from "../../replay/owner-watch.ts";
import type { Replay } from "../../replay/replay.ts";
import type { NamedEvent, Neighbour, Owner, WhowasAnswer } from "../../reports/whowas.ts";
import { permissionText } from "../../space/regions/modes.ts";
import { nameOf as backingName, type Region } from "../../space/snapshot.ts";
import { AddressSpace } from "../../space/space.ts";
import { eventContext } from "../../store/event-context.ts";
import type { Io } from "../io/io.ts";
import type { OpenRecording } from "../open/database.ts";

/** A process, and the event up to which it is asked about. */
export interface Asked {
  readonly marks: ProcessLandmarks;
  readonly seq: number;
}

/** The processes that it was forked from, the nearest first. */
export function ancestors(landmarks: Landmarks, marks: ProcessLandmarks): number[] {
  const found: number[] = [];
  for (let one = marks.row; one?.how === "fork" && one.parent !== undefined; ) {
    if (found.includes(one.parent)) break;
    found.push(one.parent);
    one = landmarks.get(one.parent)?.row;
  }
  return found;
}

export class AnswerBuilder {
  readonly #open: OpenRecording;
  readonly #landmarks: Landmarks;
  /** Holds nothing: it knows the names of what regions are backed by. */
  readonly #names: AddressSpace;
  readonly #watches: ReadonlyMap<number, OwnerWatch>;
  readonly #io: Io;
  readonly #sites: SiteNames;

  constructor(
    open: OpenRecording,
    landmarks: Landmarks,
    replay: Replay,
    watches: ReadonlyMap<number, OwnerWatch>,
    io: Io,
    sites: SiteNames,
  ) {
    this.#open = open;
    this.#landmarks = landmarks;
    this.#names = new AddressSpace({ files: replay.files });
    this.#watches = watches;
    this.#io = io;
    this.#sites = sites;
  }

  answer(
    { marks, seq }: Asked,
    address: number,
    own: readonly Hold[],
    space: AddressSpace | undefined,
    instant: Instant,
  ): WhowasAnswer {
    const { reader } = this.#open;
    const holds = [...this.#inherited(marks), ...own.map((hold) => ({ marks, hold }))];
    const seqs = [seq, ...holds.flatMap(({ hold }) => [hold.from, hold.to ?? 0])];
    const style = this.#io.out.style;
    const events = lookUpEvents(reader, eventContext(reader), seqs, style, this.#sites);
    const owners = holds.map(({ marks: of, hold }) => this.#owner(of, hold, events));
    const { below, above } = space === undefined ? {} : this.#neighbours(space, address);
    const atNanos = this.#momentNanos(marks, seq, instant, events);
    const isHeld = owners.at(-1)?.to === undefined && owners.length > 0;
    return {
      address,
      pid: marks.row?.pid ?? 0,
      program: nameOf(marks),
      atNanos,
      moment: instant.isEnd === true ? endText(marks) : instant.text,
      owners,
      below: isHeld ? undefined : below,
      above: isHeld ? undefined : above,
    };
  }

  /** What the processes that it was forked from held before the fork, the eldest first. */
  #inherited(marks: ProcessLandmarks): { marks: ProcessLandmarks; hold: Hold }[] {
    const line = ancestors(this.#landmarks, marks);
    let until = marks.startSeq;
    const found: { marks: ProcessLandmarks; hold: Hold }[] = [];
    for (const process of line) {
      const of = this.#landmarks.get(process);
      if (of === undefined) break;
      const holds = (this.#watches.get(process)?.holds ?? [])
        .filter(({ from, to }) => to !== undefined && from < until && to < until)
        .map((hold) => ({ marks: of, hold }));
      found.unshift(...holds);
      until = of.startSeq;
    }
    return found;
  }

  #momentNanos(
    { row }: ProcessLandmarks,
    seq: number,
    instant: Instant,
    events: ReadonlyMap<number, EventFacts>,
  ): number {
    if (instant.atNanos !== undefined) return instant.atNanos;
    const at = events.get(seq)?.atNanos ?? 0;
    return instant.isEnd === true ? Math.max(at, row?.end?.atNanos ?? at) : at;
  }

  #owner(marks: ProcessLandmarks, hold: Hold, events: ReadonlyMap<number, EventFacts>): Owner {
    const first = marks.maps[0]?.seq;
    const isOlder = hold.gain === "found" && hold.from === first;
    const from = isOlder ? undefined : named(events.get(hold.from));
    const to = hold.to === undefined ? undefined : named(events.get(hold.to));
    return {
      pid: marks.row?.pid ?? 0,
      mapping: hold.mapping,
      what: this.#whatOf(hold, from),
      permissions: permissionText(hold.mode),
      start: hold.start,
      end: hold.end,
      gain: isOlder && marks.row?.how === "fork" ? "inherited" : hold.gain,
      from,
      to,
      loss: hold.loss,
      movedTo: hold.movedTo,
    };
  }

  #whatOf(hold: Hold, from: NamedEvent | undefined): string {
    if (from?.name === "brk") return "[heap]";
    const { mode, backing, mapping, start, end } = hold;
    const region: Region = { start, end, mode, backing, offset: 0, mapping, born: 0, since: 0 };
    return backingName(this.#names, region).path || "anonymous";
  }

  #neighbours(
    space: AddressSpace,
    address: number,
  ): { below?: Neighbour | undefined; above?: Neighbour | undefined } {
    const regions = space.regionsIn(0, Number.POSITIVE_INFINITY);
    const below = regions.findLast(({ end }) => end <= address);
    const above = regions.find(({ start }) => start > address);
    const neighbour = (region: Region, distance: number): Neighbour => ({
      what: backingName(space, region).path || "anonymous",
      mapping: region.mapping,
      permissions: permissionText(region.mode),
      distance,
    });
    return {
      below: below && neighbour(below, address - below.end),
      above: above && neighbour(above, above.start - address),
    };
  }
}

/** When a signal ended it, the time between its last event and its end is unknown. */
function endText({ row }: ProcessLandmarks): string {
  return row?.end?.how === "exit" && row.end.signal === undefined ? "its end" : "its last event";
}

function named(event: EventFacts | undefined): NamedEvent | undefined {
  if (event === undefined) return undefined;
  const { seq, atNanos, tid, name, text, site } = event;
  const isMaps = name === "mapsObserved";
  return {
    seq,
    atNanos,
    tid,
    ...(isMaps ? { name: "the maps text", text: "" } : { name, text, site }),
  };
}

/** `maptrail whowas`: everyone who ever held an address, and what became of it. */

import { exitCodes, UserError } from "../base/errors.ts";
import { formatHex } from "../base/units.ts";
import {
  type NamedEvent,
  type Neighbour,
  type Owner,
  type WhowasAnswer,
  whowasText,
} from "../reports/whowas.ts";
import { permissionText } from "../space/modes.ts";
import { nameOf as backingName, type Region } from "../space/snapshot.ts";
import { AddressSpace } from "../space/space.ts";
import {
  type OpenRecording,
  type RecordingChoice,
  reportDamage,
  withRecording,
} from "./database.ts";
import { eventContext } from "./event-context.ts";
import { type EventFacts, lookUpEvents } from "./event-lookup.ts";
import type { Io } from "./io.ts";
import { kernelFeaturesOf } from "./kernel-features.ts";
import { type Landmarks, type ProcessLandmarks, readLandmarks } from "./landmarks.ts";
import { chooseProcess, type Instant, instantOf, nameOf, seqAt } from "./lifetimes.ts";
import { type Hold, OwnerWatch } from "./owner-watch.ts";
import { Replay } from "./replay.ts";

export interface WhowasOptions extends RecordingChoice {
  /** The address as it was typed: hexadecimal with or without 0x, `_` allowed. */
  readonly address: string;
  /** A moment as moment.ts reads it; each process's end when absent. */
  readonly at?: string | undefined;
  readonly pid?: number | undefined;
  readonly json?: boolean | undefined;
}

/** Returns the exit code: 3 when events could not be read. Throws UserErrors. */
export function showWhowas(options: WhowasOptions, io: Io): Promise<number> {
  return withRecording(options, io, async (open) => {
    const address = parseAddress(options.address);
    const answers = askWhowas(open, address, options, io);
    const text =
      options.json === true
        ? JSON.stringify({ recording: open.row.id, answers: answers.map(answerObject) })
        : whowasText(answers, io.out.style);
    await io.out.write(`${text}\n`);
    return (await reportDamage(open.reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

/** An address of user space. Throws a UserError that quotes what was received. */
export function parseAddress(text: string): number {
  const digits = text.trim().replace(/^0x/i, "").replaceAll("_", "");
  const address = /^[0-9a-f]{1,16}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (address < 2 ** 57) return address;
  throw new UserError(`"${text}" is no address of a program`, {
    hint: "Write it in hexadecimal, as a crash report does: 0x7f1234000000.",
  });
}

interface Asked {
  readonly marks: ProcessLandmarks;
  readonly seq: number;
}

/** One answer for the process that is meant, or one for each that ever held the address. */
function askWhowas(
  open: OpenRecording,
  address: number,
  { at, pid }: WhowasOptions,
  io: Io,
): WhowasAnswer[] {
  const { reader, row } = open;
  const landmarks = readLandmarks(reader);
  const instant = instantOf(at ?? "end", reader);
  const asked = askedProcesses(open, landmarks, instant, pid);
  const line = asked.flatMap(({ marks }) => ancestors(landmarks, marks));
  const wanted = new Set([...asked.map(({ marks }) => marks.process), ...line]);
  const watches = new Map<number, OwnerWatch>();
  /** Of the one process that is asked about: its neighbours are of interest. */
  let ownSpace: AddressSpace | undefined;
  const replay = new Replay(reader, {
    features: kernelFeaturesOf(row),
    landmarks,
    ...(wanted.size === 1 && { only: [...wanted][0]! }),
    lineage: (process) => {
      if (!wanted.has(process)) return undefined;
      const watch = new OwnerWatch(address);
      watches.set(process, watch);
      return watch;
    },
  });
  // Each process is looked at where its own moment lies.
  const stops = asked.toSorted((a, b) => a.seq - b.seq);
  const last = stops[stops.length - 1]?.seq ?? 0;
  const finals = new Map<number, readonly Hold[]>();
  let stop = 0;
  const only = replay.only;
  for (const batch of reader.chunks({ toSeq: last, ...(only && { process: only }) })) {
    let from = 0;
    for (; stop < stops.length; stop++) {
      const { marks, seq } = stops[stop]!;
      const to = seq - batch.firstSeq + 1;
      if (to > batch.length) break;
      replay.feed(batch, from, Math.max(from, to));
      from = Math.max(from, to);
      settle(marks.process);
    }
    replay.feed(batch, from);
  }
  for (; stop < stops.length; stop++) settle(stops[stop]!.marks.process);

  function settle(process: number): void {
    finals.set(
      process,
      (watches.get(process)?.holds ?? []).map((hold) => ({ ...hold })),
    );
    if (asked.length === 1) ownSpace = replay.spaceOf(process);
  }

  const tell = new Teller(open, landmarks, replay, watches, io);
  const answers = asked.map((one) => {
    const { process } = one.marks;
    return tell.answer(one, address, finals.get(process) ?? [], ownSpace, instant);
  });
  const known = answers.filter(({ owners }) => owners.length > 0);
  return known.length > 0 ? known : answers.slice(0, 1);
}

function askedProcesses(
  { reader }: OpenRecording,
  landmarks: Landmarks,
  instant: Instant,
  pid: number | undefined,
): Asked[] {
  const all = [...landmarks.values()];
  if (pid === undefined && all.length > 1) {
    return all.map((marks) => ({ marks, seq: seqAt(reader, marks, instant) }));
  }
  const { process: marks } = chooseProcess(landmarks, instant, pid);
  return [{ marks, seq: seqAt(reader, marks, instant) }];
}

/** The processes that it was forked from, the nearest first. */
function ancestors(landmarks: Landmarks, marks: ProcessLandmarks): number[] {
  const found: number[] = [];
  for (let one = marks.row; one?.how === "fork" && one.parent !== undefined; ) {
    if (found.includes(one.parent)) break;
    found.push(one.parent);
    one = landmarks.get(one.parent)?.row;
  }
  return found;
}

class Teller {
  readonly #open: OpenRecording;
  readonly #landmarks: Landmarks;
  /** Holds nothing: it knows the names of what regions are backed by. */
  readonly #names: AddressSpace;
  readonly #watches: ReadonlyMap<number, OwnerWatch>;
  readonly #io: Io;

  constructor(
    open: OpenRecording,
    landmarks: Landmarks,
    replay: Replay,
    watches: ReadonlyMap<number, OwnerWatch>,
    io: Io,
  ) {
    this.#open = open;
    this.#landmarks = landmarks;
    this.#names = new AddressSpace({ files: replay.files });
    this.#watches = watches;
    this.#io = io;
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
    const events = lookUpEvents(reader, eventContext(reader), seqs, style);
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
    const tell = (region: Region, distance: number): Neighbour => ({
      what: backingName(space, region).path || "anonymous",
      mapping: region.mapping,
      permissions: permissionText(region.mode),
      distance,
    });
    return {
      below: below && tell(below, address - below.end),
      above: above && tell(above, above.start - address),
    };
  }
}

/** When a signal ended it, nothing tells of the time between the last event and that. */
function endText({ row }: ProcessLandmarks): string {
  return row?.end?.how === "exit" && row.end.signal === undefined ? "its end" : "its last event";
}

function named(event: EventFacts | undefined): NamedEvent | undefined {
  if (event === undefined) return undefined;
  const { seq, atNanos, tid, name, text } = event;
  const isMaps = name === "mapsObserved";
  return { seq, atNanos, tid, name: isMaps ? "the maps text" : name, text: isMaps ? "" : text };
}

function answerObject({ address, owners, below, above, ...answer }: WhowasAnswer): object {
  return {
    address: formatHex(address),
    ...answer,
    atNanos: Math.round(answer.atNanos),
    owners: owners.map((owner) => ({
      ...owner,
      start: formatHex(owner.start),
      end: formatHex(owner.end),
      from: owner.from ?? null,
      to: owner.to ?? null,
      loss: owner.loss ?? null,
      movedTo: owner.movedTo === undefined ? null : formatHex(owner.movedTo),
    })),
    below: below ?? null,
    above: above ?? null,
  };
}

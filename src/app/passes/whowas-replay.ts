/** Finds everyone who ever held an address, in one replay. */

import type { SiteNames } from "../../analyses/recorders/sites.ts";
import { kernelFeaturesOf } from "../../replay/kernel-features.ts";
import { type Landmarks, readLandmarks } from "../../replay/landmarks.ts";
import { chooseProcess, type Instant, instantOf, seqAt } from "../../replay/lifetimes.ts";
import { type Hold, OwnerWatch } from "../../replay/owner-watch.ts";
import { Replay } from "../../replay/replay.ts";
import type { WhowasAnswer } from "../../reports/whowas.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { Io } from "../io/io.ts";
import type { OpenRecording } from "../open/database.ts";
import { AnswerBuilder, type Asked, ancestors } from "./whowas-answer.ts";

export interface WhowasMoment {
  /** An instant as replay/instant.ts parses it; each process's end when absent. */
  readonly at?: string | undefined;
  readonly pid?: number | undefined;
}

/** One answer for the process that is meant, or one for each that ever held the address. */
export function askWhowas(
  open: OpenRecording,
  address: number,
  { at, pid }: WhowasMoment,
  io: Io,
  sites: SiteNames,
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

  const builder = new AnswerBuilder(open, landmarks, replay, watches, io, sites);
  const answers = asked.map((one) => {
    const { process } = one.marks;
    return builder.answer(one, address, finals.get(process) ?? [], ownSpace, instant);
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

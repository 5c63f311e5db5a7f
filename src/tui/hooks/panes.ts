/** What each pane shows, fetched from the session for the view as it is. */
import { useMemo } from "react";
import { rowAt } from "../../app/explore/space-frame.ts";
import { type EventsState, showsWords } from "../draw/events.ts";
import type { HeaderState } from "../draw/frame.ts";
import type { MapState } from "../draw/map-words.ts";
import type { MappingState } from "../draw/mapping.ts";
import { blockedBy } from "../draw/mapping.ts";
import type { TimelineState } from "../draw/timeline.ts";
import { headerOf } from "../header-state.ts";
import type { Session } from "../session.ts";
import { useSession, useView } from "./session.ts";

export function useHeader(): HeaderState {
  const session = useSession();
  const { seq, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision tells of what the session learnt
  return useMemo(() => headerOf(session), [session, seq, revision]);
}

export function useMap(): MapState {
  const session = useSession();
  const { seq, window, address, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision tells of what the session learnt
  return useMemo(() => {
    const { frame } = session;
    const event = session.event(seq);
    return { frame, event, window, address, blocked: blockerAt(session, seq) };
  }, [session, seq, window, address, revision]);
}

/** What stood in the way at this event, where the mapping's life is known. */
function blockerAt(session: Session, seq: number): string | undefined {
  const moment = session.life?.moments.find((one) => one.seq === seq);
  return moment?.blocker === undefined ? undefined : blockedBy(moment.blocker);
}

export function useTimeline(): TimelineState {
  const session = useSession();
  const { seq, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision tells of what the session learnt
  return useMemo(() => timelineOf(session, seq), [session, seq, revision]);
}

function timelineOf(session: Session, seq: number): TimelineState {
  const { tape, process, frame } = session;
  const survey = session.survey(process);
  const { eventCount } = tape.reader;
  return {
    bins: survey.bins,
    binNanos: survey.binNanos,
    durationNanos: tape.context.durationNanos,
    peakMappedBytes: survey.peakMappedBytes,
    peakRegions: survey.peakRegions,
    atNanos: session.event(seq)?.atNanos,
    seq,
    mappedBytes: frame?.mappedBytes,
    regions: frame?.regions,
    progress: survey.isWhole || eventCount === 0 ? 1 : survey.seq / eventCount,
  };
}

export function useEvents(width: number, height: number): EventsState {
  const session = useSession();
  const { seq, top, filter, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter and the revision tell of what the session learnt
  return useMemo(
    () => eventsOf(session, seq, top, width, height),
    [session, seq, top, filter, revision, width, height],
  );
}

function eventsOf(
  session: Session,
  seq: number,
  top: number,
  width: number,
  height: number,
): EventsState {
  const { tape } = session;
  const withWords = showsWords(width);
  const lines = [];
  for (let row = 0; row < height; row++) {
    const shown = session.seqOfRank(top + row);
    if (shown === undefined) break;
    lines.push(session.line(shown, withWords));
  }
  const { eventCount, durationNanos, processes } = tape.context;
  const emptyText =
    session.matches === undefined
      ? "the recording has no events"
      : session.matches.isWhole
        ? "no event matches"
        : "searching";
  return { lines, seq, eventCount, durationNanos, hasPids: processes.length > 1, emptyText };
}

export function useMapping(): MappingState {
  const session = useSession();
  const { seq, address, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision tells of what the session learnt
  return useMemo(() => {
    const { frame, life } = session;
    const row = frame === undefined || address === undefined ? -1 : rowAt(frame, address);
    return { frame, address, life: row < 0 ? undefined : life, seq };
  }, [session, seq, address, revision]);
}

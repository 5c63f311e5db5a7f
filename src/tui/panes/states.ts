/** What each pane shows, from the session and its view. */
import { type EventsState, showsWords } from "../draw/events.ts";
import type { Layout } from "../draw/layout.ts";
import type { MapState } from "../draw/map-words.ts";
import { blockedBy, type MappingState } from "../draw/mapping.ts";
import type { TimelineState } from "../draw/timeline.ts";
import type { Session } from "../session/session.ts";
import { eventsTitle, growthText } from "./titles.ts";

export function mapStateOf(session: Session): MapState {
  const { seq, window, address } = session.view;
  const { frame } = session;
  return { frame, event: session.event(seq), window, address, blocked: blockerAt(session, seq) };
}

/** What blocked the growth at this event, once the mapping's life is known. */
function blockerAt(session: Session, seq: number): string | undefined {
  const moment = session.life?.moments.find((one) => one.seq === seq);
  return moment?.blocker === undefined ? undefined : blockedBy(moment.blocker);
}

export function timelineStateOf(session: Session): TimelineState {
  const { tape, process, frame, view } = session;
  const survey = session.survey(process);
  const { eventCount } = tape.reader;
  return {
    bins: survey.bins,
    binNanos: survey.binNanos,
    durationNanos: tape.context.durationNanos,
    peakMappedBytes: survey.peakMappedBytes,
    peakRegions: survey.peakRegions,
    atNanos: session.event(view.seq)?.atNanos,
    seq: view.seq,
    mappedBytes: frame?.mappedBytes,
    regions: frame?.regions,
    progress: survey.isWhole || eventCount === 0 ? 1 : survey.seq / eventCount,
    growths: growthText(session),
  };
}

export function eventsStateOf(session: Session, layout: Layout): EventsState {
  const { tape, view } = session;
  const { width, height } = layout.events;
  const withWords = showsWords(width);
  const lines = [];
  for (let row = 0; row < height; row++) {
    const shown = session.seqOfRank(view.top + row);
    if (shown === undefined) break;
    lines.push(session.line(shown, withWords));
  }
  const { eventCount, durationNanos, processes } = tape.context;
  return {
    lines,
    seq: view.seq,
    eventCount,
    durationNanos,
    hasPids: processes.length > 1,
    emptyText: emptyTextOf(session),
    ...eventsTitle(session),
  };
}

function emptyTextOf({ matches }: Session): string {
  if (matches === undefined) return "the recording has no events";
  return matches.isWhole ? "no event matches" : "searching";
}

export function mappingStateOf(session: Session): MappingState {
  const { frame, life, view } = session;
  const { isFollowing } = session;
  return { frame, address: view.address, life, seq: view.seq, isFollowing };
}

/** Blocks of lines for the view as it is, drawn anew only when what they show has changed. */
import { useMemo } from "react";
import { listBlock, mapBlock, timelineBlock } from "../draw/blocks.ts";
import { drawHeader } from "../draw/frame.ts";
import type { Layout } from "../draw/layout.ts";
import { headerOf } from "../header-state.ts";
import { eventsStateOf, mappingStateOf, mapStateOf, timelineStateOf } from "../states.ts";
import { useSession, useView } from "./session.ts";

export function useHeader(): string[] {
  const session = useSession();
  const { seq, revision, size } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision tells of what the session learnt
  return useMemo(
    () => drawHeader(headerOf(session), size.columns, session.palette),
    [session, seq, revision, size],
  );
}

export function useMap(layout: Layout): string[] {
  const session = useSession();
  const { seq, window, address, pane, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision tells of what the session learnt
  return useMemo(
    () => mapBlock(mapStateOf(session), layout, pane, session.palette),
    [session, layout, seq, window, address, pane, revision],
  );
}

export function useTimeline(layout: Layout): string[] {
  const session = useSession();
  const { seq, pane, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision tells of what the session learnt
  return useMemo(
    () => timelineBlock(timelineStateOf(session), layout, pane, session.palette),
    [session, layout, seq, pane, revision],
  );
}

export function useList(layout: Layout): string[] {
  const session = useSession();
  const { seq, top, filter, address, pane, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: filter and revision tell of what the session learnt
  return useMemo(() => {
    const events = eventsStateOf(session, layout);
    return listBlock(events, mappingStateOf(session), layout, pane, session.palette);
  }, [session, layout, seq, top, filter, address, pane, revision]);
}

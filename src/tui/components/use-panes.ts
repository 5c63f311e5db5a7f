/** The lines of the panes, drawn again only when what they show has changed. */
import { useMemo } from "react";
import {
  eventsLines,
  mapLines,
  mappingLines,
  type PaneLines,
  timelineLines,
} from "../draw/blocks.ts";
import { drawHeader } from "../draw/frame.ts";
import type { Layout } from "../draw/layout.ts";
import { headerOf } from "../panes/header-state.ts";
import { eventsStateOf, mappingStateOf, mapStateOf, timelineStateOf } from "../panes/states.ts";
import { useSession, useView } from "./use-session.ts";

export function useHeaderLines(): string[] {
  const session = useSession();
  const { seq, revision, size } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision stands for what the session has found out
  return useMemo(
    () => drawHeader(headerOf(session), size.columns, session.palette),
    [session, seq, revision, size],
  );
}

export function useMapLines(layout: Layout): PaneLines {
  const session = useSession();
  const { seq, window, address, pane, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  return useMemo(
    () => mapLines(mapStateOf(session), layout, pane, session.palette),
    [session, layout, seq, window, address, pane, revision],
  );
}

export function useTimelineLines(layout: Layout): PaneLines {
  const session = useSession();
  const { seq, pane, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  return useMemo(
    () => timelineLines(timelineStateOf(session), layout, pane, session.palette),
    [session, layout, seq, pane, revision],
  );
}

export function useEventsLines(layout: Layout): PaneLines {
  const session = useSession();
  const { seq, top, filter, pane, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above, and the filter
  return useMemo(
    () => eventsLines(eventsStateOf(session, layout), layout, pane, session.palette),
    [session, layout, seq, top, filter, pane, revision],
  );
}

export function useMappingLines(layout: Layout): PaneLines {
  const session = useSession();
  const { seq, address, pane, revision } = useView();
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  return useMemo(
    () => mappingLines(mappingStateOf(session), layout, pane, session.palette),
    [session, layout, seq, address, pane, revision],
  );
}

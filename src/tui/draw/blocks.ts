/** Panes with the rules above them, as blocks of lines. */
import { drawEvents, type EventsState } from "./events.ts";
import { drawRule } from "./frame.ts";
import type { Layout, PaneName } from "./layout.ts";
import { drawMap } from "./map.ts";
import { type MapState, windowText } from "./map-words.ts";
import { drawMapping, type MappingState, mappingTitle } from "./mapping.ts";
import type { Palette } from "./palette.ts";
import { drawTimeline, type TimelineState } from "./timeline.ts";

export interface PaneLines {
  readonly rule: readonly string[];
  readonly content: readonly string[];
}

export function mapLines(
  state: MapState,
  layout: Layout,
  pane: PaneName,
  palette: Palette,
): PaneLines {
  const { width, height } = layout.map;
  const shown = windowText(state.frame, state.window);
  return {
    rule: [drawRule("address space", shown, width, pane === "map", palette)],
    content: drawMap(state, width, height, palette),
  };
}

export function timelineLines(
  state: TimelineState,
  layout: Layout,
  pane: PaneName,
  palette: Palette,
): PaneLines {
  if (layout.timeline === undefined) return { rule: [], content: [] };
  const { width, height } = layout.timeline;
  return {
    rule: [drawRule("timeline", state.growths, width, pane === "timeline", palette)],
    content: drawTimeline(state, width, height, palette),
  };
}

export function eventsLines(
  state: EventsState,
  layout: Layout,
  pane: PaneName,
  palette: Palette,
): PaneLines {
  const { width, height } = layout.events;
  return {
    rule: [drawRule(state.title, state.right, width, pane === "events", palette)],
    content: drawEvents(state, width, height, palette),
  };
}

/** Without a rule where the mapping is one line below the events. */
export function mappingLines(
  state: MappingState,
  layout: Layout,
  pane: PaneName,
  palette: Palette,
): PaneLines {
  const { width, height } = layout.mapping;
  const rule = drawRule(mappingTitle(state), "", width, pane === "mapping", palette);
  return {
    rule: layout.isMappingBeside ? [rule] : [],
    content: drawMapping(state, width, height, palette),
  };
}

/** The line between the events and the mapping beside them, which joins the rule above them. */
export function dividerLines({ events }: Layout, palette: Palette): string[] {
  const look = palette.role("quiet");
  const painted = (text: string): string =>
    look === "" ? text : `\u001b[${look}m${text}\u001b[0m`;
  const below = painted(palette.pick("│", "|"));
  return [painted(palette.pick("┬", "+")), ...Array<string>(events.height).fill(below)];
}

/** Panes with their rules, as blocks of lines that are as wide as the screen. */
import { drawEvents, type EventsState } from "./events.ts";
import { drawRule } from "./frame.ts";
import type { Layout, PaneName } from "./layout.ts";
import { drawMap } from "./map.ts";
import { type MapState, windowText } from "./map-words.ts";
import { drawMapping, type MappingState, mappingTitle } from "./mapping.ts";
import type { Palette } from "./palette.ts";
import { drawTimeline, type TimelineState } from "./timeline.ts";

export function mapBlock(
  state: MapState,
  layout: Layout,
  pane: PaneName,
  palette: Palette,
): string[] {
  const { width, height } = layout.map;
  const shown = windowText(state.frame, state.window);
  return [
    drawRule("address space", shown, width, pane === "map", palette),
    ...drawMap(state, width, height, palette),
  ];
}

export function timelineBlock(
  state: TimelineState,
  layout: Layout,
  pane: PaneName,
  palette: Palette,
): string[] {
  if (layout.timeline === undefined) return [];
  const { width, height } = layout.timeline;
  return [
    drawRule("timeline", state.growths, width, pane === "timeline", palette),
    ...drawTimeline(state, width, height, palette),
  ];
}

/** Events, and the mapping at their right or in one line below. */
export function listBlock(
  events: EventsState,
  mapping: MappingState,
  layout: Layout,
  pane: PaneName,
  palette: Palette,
): string[] {
  const { width, height } = layout.events;
  const list = [
    drawRule(events.title, events.right, width, pane === "events", palette),
    ...drawEvents(events, width, height, palette),
  ];
  const own = layout.mapping;
  const life = drawMapping(mapping, own.width, own.height, palette);
  if (!layout.isMappingBeside) return [...list, ...life];
  const title = mappingTitle(mapping);
  const beside = [drawRule(title, "", own.width, pane === "mapping", palette), ...life];
  return list.map((line, row) => `${line}${divider(row === 0, palette)}${beside[row] ?? ""}`);
}

/** The line between two panes, below the rule that they share. */
function divider(isTop: boolean, palette: Palette): string {
  const text = isTop ? palette.pick("┬", "+") : palette.pick("│", "|");
  const look = palette.role("quiet");
  return look === "" ? text : `\u001b[${look}m${text}\u001b[0m`;
}

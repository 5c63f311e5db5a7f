/** The first frame. It is drawn without Ink, which takes longer to load than the recording to open. */
import {
  dividerLines,
  eventsLines,
  mapLines,
  mappingLines,
  type PaneLines,
  timelineLines,
} from "../draw/blocks.ts";
import { drawFooter, drawHeader } from "../draw/frame.ts";
import { isTooSmall, layoutOf } from "../draw/layout.ts";
import type { Session } from "../session/session.ts";
import type { PlacedLines } from "../terminal/rows.ts";
import { headerOf } from "./header-state.ts";
import { eventsStateOf, mappingStateOf, mapStateOf, timelineStateOf } from "./states.ts";

/** The same lines in the same places as the app's; none on a terminal that is too small. */
export function firstFrame(session: Session): PlacedLines[] {
  const { view, palette } = session;
  const { size, pane } = view;
  if (isTooSmall(size)) return [];
  const layout = layoutOf(size);
  const events = eventsLines(eventsStateOf(session, layout), layout, pane, palette);
  const mapping = mappingLines(mappingStateOf(session), layout, pane, palette);
  const above = [
    ...drawHeader(headerOf(session), size.columns, palette),
    ...stacked(mapLines(mapStateOf(session), layout, pane, palette)),
    ...stacked(timelineLines(timelineStateOf(session), layout, pane, palette)),
  ];
  const y = above.length;
  const { width, height } = layout.events;
  const placed: PlacedLines[] = [
    { x: 0, y: 0, lines: above },
    { x: 0, y, lines: stacked(events) },
    { x: 0, y: size.rows - 1, lines: drawFooter(view, size.columns, palette) },
  ];
  if (layout.isMappingBeside) {
    placed.push({ x: width, y, lines: dividerLines(layout, palette) });
    placed.push({ x: width + 1, y, lines: stacked(mapping) });
  } else placed.push({ x: 0, y: y + 1 + height, lines: stacked(mapping) });
  return placed;
}

function stacked({ rule, content }: PaneLines): string[] {
  return [...rule, ...content];
}

/** The first frame, drawn without React: loading that takes longer than reading the recording. */
import { listBlock, mapBlock, timelineBlock } from "./draw/blocks.ts";
import { drawFooter, drawHeader } from "./draw/frame.ts";
import { isTooSmall, layoutOf } from "./draw/layout.ts";
import { headerOf } from "./header-state.ts";
import type { Session } from "./session.ts";
import { eventsStateOf, mappingStateOf, mapStateOf, timelineStateOf } from "./states.ts";

/** The same lines as the app's; none on a terminal that is too small. */
export function firstFrame(session: Session): string[] {
  const { view, palette } = session;
  const { size, pane } = view;
  if (isTooSmall(size)) return [];
  const layout = layoutOf(size);
  return [
    ...drawHeader(headerOf(session), size.columns, palette),
    ...mapBlock(mapStateOf(session), layout, pane, palette),
    ...timelineBlock(timelineStateOf(session), layout, pane, palette),
    ...listBlock(eventsStateOf(session, layout), mappingStateOf(session), layout, pane, palette),
    ...drawFooter(view, size.columns, palette),
  ];
}

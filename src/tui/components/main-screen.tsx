/** The main screen: address map, timeline, events, and the mapping under the cursor. */
import { Box } from "ink";
import { useCallback, useMemo } from "react";
import { mouseOnEvents, mouseOnMap, mouseOnMapping, mouseOnTimeline } from "../actions/mouse.ts";
import { dividerLines } from "../draw/blocks.ts";
import type { Layout } from "../draw/layout.ts";
import type { Session } from "../session/session.ts";
import type { Mouse } from "../terminal/keys.ts";
import { Lines } from "./lines.tsx";
import { Pane } from "./pane.tsx";
import { useEventsLines, useMapLines, useMappingLines, useTimelineLines } from "./use-panes.ts";
import { useSession } from "./use-session.ts";

interface Props {
  readonly layout: Layout;
}

export function MainScreen({ layout }: Props) {
  return (
    <>
      <MapPane layout={layout} />
      {layout.timeline !== undefined && <TimelinePane layout={layout} />}
      <Box flexDirection={layout.isMappingBeside ? "row" : "column"}>
        <EventsPane layout={layout} />
        {layout.isMappingBeside && <Divider layout={layout} />}
        <MappingPane layout={layout} />
      </Box>
    </>
  );
}

function MapPane({ layout }: Props) {
  const lines = useMapLines(layout);
  return <Pane lines={lines} size={layout.map} onMouse={useMouse(mouseOnMap)} />;
}

function TimelinePane({ layout }: Props) {
  const lines = useTimelineLines(layout);
  const onMouse = useMouse(mouseOnTimeline);
  return layout.timeline && <Pane lines={lines} size={layout.timeline} onMouse={onMouse} />;
}

function EventsPane({ layout }: Props) {
  const lines = useEventsLines(layout);
  return <Pane lines={lines} size={layout.events} onMouse={useMouse(mouseOnEvents)} />;
}

function MappingPane({ layout }: Props) {
  const lines = useMappingLines(layout);
  return <Pane lines={lines} size={layout.mapping} onMouse={useMouse(mouseOnMapping)} />;
}

function Divider({ layout }: Props) {
  const { palette } = useSession();
  const lines = useMemo(() => dividerLines(layout, palette), [layout, palette]);
  return <Lines lines={lines} size={{ width: 1, height: lines.length }} />;
}

function useMouse(action: (session: Session, mouse: Mouse) => void): (mouse: Mouse) => void {
  const session = useSession();
  return useCallback((mouse: Mouse) => action(session, mouse), [session, action]);
}

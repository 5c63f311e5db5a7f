/** The panes: address map, timeline, events, and the mapping under the cursor. */
import { Box } from "ink";
import { Lines } from "../components/lines.tsx";
import { drawEvents } from "../draw/events.ts";
import { drawRule } from "../draw/frame.ts";
import type { Layout, PaneName } from "../draw/layout.ts";
import { drawMap } from "../draw/map.ts";
import { windowText } from "../draw/map-words.ts";
import { drawMapping, mappingTitle } from "../draw/mapping.ts";
import { drawTimeline } from "../draw/timeline.ts";
import { useEvents, useMap, useMapping, useTimeline } from "../hooks/panes.ts";
import { useSession, useView } from "../hooks/session.ts";
import { eventsTitle, growthText } from "../titles.ts";

interface Props {
  readonly layout: Layout;
}

interface RuleProps {
  readonly title: string;
  readonly right: string;
  readonly width: number;
  readonly pane: PaneName;
}

function Rule({ title, right, width, pane }: RuleProps) {
  const { palette } = useSession();
  const isActive = useView().pane === pane;
  return <Lines lines={drawRule(title, right, width, isActive, palette)} width={width} />;
}

function MapPane({ layout }: Props) {
  const { palette } = useSession();
  const state = useMap();
  const { width, height } = layout.map;
  return (
    <Box flexDirection="column">
      <Rule
        title="address space"
        right={windowText(state.frame, state.window)}
        width={width}
        pane="map"
      />
      <Lines lines={drawMap(state, width, height, palette)} width={width} />
    </Box>
  );
}

function TimelinePane({ layout }: Props) {
  const session = useSession();
  const state = useTimeline();
  if (layout.timeline === undefined) return null;
  const { width, height } = layout.timeline;
  return (
    <Box flexDirection="column">
      <Rule title="timeline" right={growthText(session)} width={width} pane="timeline" />
      <Lines lines={drawTimeline(state, width, height, session.palette)} width={width} />
    </Box>
  );
}

function EventsPane({ layout }: Props) {
  const session = useSession();
  const { width, height } = layout.events;
  const state = useEvents(width, height);
  const { title, right } = eventsTitle(session);
  return (
    <Box flexDirection="column">
      <Rule title={title} right={right} width={width} pane="events" />
      <Lines lines={drawEvents(state, width, height, session.palette)} width={width} />
    </Box>
  );
}

function MappingPane({ layout }: Props) {
  const { palette } = useSession();
  const state = useMapping();
  const { width, height } = layout.mapping;
  const lines = drawMapping(state, width, height, palette);
  if (!layout.isMappingBeside) return <Lines lines={lines} width={width} />;
  return (
    <Box flexDirection="column">
      <Rule title={mappingTitle(state)} right="" width={width} pane="mapping" />
      <Lines lines={lines} width={width} />
    </Box>
  );
}

/** The line between the events and the mapping beside them. */
function Divider({ layout }: Props) {
  const { palette } = useSession();
  const look = palette.role("quiet");
  const paint = (text: string): string => (look === "" ? text : `\u001b[${look}m${text}\u001b[0m`);
  const head = paint(palette.pick("┬", "+"));
  const side = paint(palette.pick("│", "|"));
  const lines = [head, ...Array.from({ length: layout.events.height }, () => side)];
  return <Lines lines={lines} width={1} />;
}

export function MainScreen({ layout }: Props) {
  return (
    <Box flexDirection="column">
      <MapPane layout={layout} />
      <TimelinePane layout={layout} />
      {layout.isMappingBeside ? (
        <Box>
          <EventsPane layout={layout} />
          <Divider layout={layout} />
          <MappingPane layout={layout} />
        </Box>
      ) : (
        <>
          <EventsPane layout={layout} />
          <MappingPane layout={layout} />
        </>
      )}
    </Box>
  );
}

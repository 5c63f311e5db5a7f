/** The panes: address map, timeline, events, and the mapping under the cursor. */
import { Lines } from "../components/lines.tsx";
import type { Layout } from "../draw/layout.ts";
import { useList, useMap, useTimeline } from "../hooks/panes.ts";

interface Props {
  readonly layout: Layout;
}

function MapPane({ layout }: Props) {
  return <Lines lines={useMap(layout)} />;
}

function TimelinePane({ layout }: Props) {
  return <Lines lines={useTimeline(layout)} />;
}

function ListPane({ layout }: Props) {
  return <Lines lines={useList(layout)} />;
}

export function MainScreen({ layout }: Props) {
  return (
    <>
      <MapPane layout={layout} />
      <TimelinePane layout={layout} />
      <ListPane layout={layout} />
    </>
  );
}

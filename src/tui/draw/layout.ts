/** How large each pane is on a terminal of some size. Where it stands is left to Ink's flexbox. */

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface PaneSize {
  readonly width: number;
  readonly height: number;
}

export type PaneName = "map" | "timeline" | "events" | "mapping";

/** Sizes of the panes without the rules above them. */
export interface Layout {
  readonly map: PaneSize;
  /** Undefined on terminals that are too low for it. */
  readonly timeline: PaneSize | undefined;
  readonly events: PaneSize;
  readonly mapping: PaneSize;
  /** Else the mapping is one line below the events, without a rule. */
  readonly isMappingBeside: boolean;
  /** All between header and footer: what the other screens have. */
  readonly body: PaneSize;
}

export const leastColumns = 40;
export const leastRows = 10;
const besideFromColumns = 100;
const timelineFromRows = 24;
const ruleRows = 1;
const dividerColumns = 1;

export function isTooSmall({ columns, rows }: ScreenSize): boolean {
  return columns < leastColumns || rows < leastRows;
}

export function layoutOf({ columns, rows }: ScreenSize): Layout {
  const body = { width: columns, height: rows - 2 };
  const stripRows = rows >= 48 ? 4 : rows >= 32 ? 3 : rows >= 28 ? 2 : 1;
  const map = { width: columns, height: stripRows + 2 };
  const timelineRows = rows >= 48 ? 9 : rows >= 32 ? 5 : 3;
  const timeline = rows >= timelineFromRows ? { width: columns, height: timelineRows } : undefined;
  const above = ruleRows + map.height + (timeline === undefined ? 0 : ruleRows + timeline.height);
  const height = body.height - above - ruleRows;
  const isMappingBeside = columns >= besideFromColumns;
  if (!isMappingBeside) {
    const events = { width: columns, height: height - 1 };
    return { map, timeline, events, mapping: { width: columns, height: 1 }, isMappingBeside, body };
  }
  const width = Math.min(76, Math.max(44, Math.floor(columns * 0.36)));
  const events = { width: columns - width - dividerColumns, height };
  return { map, timeline, events, mapping: { width, height }, isMappingBeside, body };
}

/** Moves the cursor of the address map, and zooms it. */
import { rowAt, rowFrom } from "../../app/explore/space-frame.ts";
import { formatAddress, formatBytes } from "../../base/units.ts";
import { stripFor, stripLeft } from "../draw/map.ts";
import { addressesOfCell, wholeOf } from "../draw/strip.ts";
import type { Session } from "../session/session.ts";
import { lookAt } from "./move.ts";
import { say } from "./say.ts";

const leastCells = 16;

/** In by a factor above 1, out by one below; the address under the cursor stays where it is. */
export function zoom(session: Session, factor: number): void {
  const { frame, tape } = session;
  const { window, address, size } = session.view;
  if (frame === undefined || frame.count === 0) return;
  const whole = wholeOf(frame);
  // Most of the whole is folded away: the first step in goes to the stretch around the cursor.
  const current = window ?? (factor > 1 ? islandAround(session) : whole);
  const middle = address ?? (current.start + current.end) / 2;
  const least = Math.max(leastCells, size.columns) * tape.context.pageBytes;
  const span = Math.max(
    least / 4,
    (current.end - current.start) / (window === undefined ? 1 : factor),
  );
  if (span >= whole.end - whole.start) {
    session.store.set({ window: undefined });
    return;
  }
  const start = Math.max(0, Math.floor(middle - span / 2));
  session.store.set({ window: { start, end: start + span } });
}

export function showWhole(session: Session): void {
  session.store.set({ window: undefined });
}

/** The stretch of the strip that holds the cursor, or everything. */
function islandAround(session: Session) {
  const { frame } = session;
  const { address, size } = session.view;
  const strip = stripFor(mapStateOf(session), size.columns);
  const one = strip?.stretches.find(
    ({ start, end, isFold }) =>
      !isFold && address !== undefined && address >= start && address < end,
  );
  return one ?? wholeOf(frame!);
}

function mapStateOf(session: Session) {
  const { frame } = session;
  const { window, address } = session.view;
  return { frame, event: undefined, window, address, blocked: undefined };
}

/** Zooms so that the mapping under the cursor fills a third of the map. */
export function zoomToMapping(session: Session): void {
  const { frame, view, tape } = session;
  const row = frame === undefined || view.address === undefined ? -1 : rowAt(frame, view.address);
  if (frame === undefined || row < 0) {
    say(session, "nothing is mapped at the cursor");
    return;
  }
  const [start, end] = [frame.start[row]!, frame.end[row]!];
  const size = Math.max(end - start, leastCells * tape.context.pageBytes);
  session.store.set({ window: { start: Math.max(0, start - size), end: end + size } });
}

/** To the next region up or down. */
export function stepRegion(session: Session, regions: number): void {
  const { frame, view } = session;
  if (frame === undefined || frame.count === 0) return;
  const { address = 0 } = view;
  const at = rowFrom(frame, address);
  const isIn = at < frame.count && frame.start[at]! <= address;
  const wanted = !isIn && regions > 0 ? at + regions - 1 : at + regions;
  const row = Math.min(Math.max(wanted, 0), frame.count - 1);
  lookAt(session, frame.start[row]!);
}

/** A click on the strip. */
export function chooseCell(session: Session, column: number): void {
  const { frame, view } = session;
  const strip = stripFor(mapStateOf(session), view.size.columns);
  const range = strip && addressesOfCell(strip, column - stripLeft);
  if (range === undefined || frame === undefined) return;
  const row = rowFrom(frame, range.start);
  const isThere = row < frame.count && frame.start[row]! < range.end;
  lookAt(session, isThere ? Math.max(range.start, frame.start[row]!) : range.start);
}

/** The address and what is there, as one line of text. */
export function addressText(session: Session): string | undefined {
  const { frame, view } = session;
  if (view.address === undefined) return undefined;
  const row = frame === undefined ? -1 : rowAt(frame, view.address);
  if (frame === undefined || row < 0) return formatAddress(view.address);
  const size = formatBytes(frame.end[row]! - frame.start[row]!);
  const name = frame.nameOf(row);
  return [`#${frame.mapping[row]}`, formatAddress(frame.start[row]!), size, name].join(" ").trim();
}

/** Titles of panes with what is known so far. */
import { countOf, formatCount } from "../../base/units.ts";
import type { Session } from "../session/session.ts";

/** `430 moved, 82 in place, 3 failed` */
export function growthText(session: Session): string {
  const { growths, isWhole } = session.survey(session.process);
  const parts = [
    [growths.moved, "moved"],
    [growths.inPlace, "in place"],
    [growths.relocated, "relocated"],
    [growths.refused, "refused"],
  ] as const;
  const said = parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatCount(count)} ${word}`);
  if (said.length === 0) return isWhole ? "no growths" : "";
  return `growths: ${said.join(", ")}`;
}

export function eventsTitle(session: Session): { title: string; right: string } {
  const { filter, seq } = session.view;
  const { matches, tape } = session;
  const { eventCount } = tape.reader;
  const place = `@${seq} of ${formatCount(eventCount)}`;
  if (matches === undefined) return { title: "events", right: place };
  const share = eventCount === 0 ? 100 : Math.floor((100 * matches.seq) / eventCount);
  const found = countOf(matches.count, "match", "matches");
  const right = matches.isWhole ? found : `${found}, ${share} % searched`;
  return { title: `events   filter: ${filter}`, right };
}

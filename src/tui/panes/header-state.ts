/** What the header shows: the recording, whether it can be trusted, and the process. */
import { printable } from "../../base/printable.ts";
import type { HeaderState } from "../draw/frame.ts";
import { baseNameOf } from "../draw/names.ts";
import type { Session } from "../session/session.ts";

export function headerOf(session: Session): HeaderState {
  const { tape, process } = session;
  const { row, context } = tape;
  const numbers = context.processes.map((one) => one.process);
  const own = context.processOf(process);
  const program = printable(baseNameOf(own?.exe || own?.argv[0] || "unknown program"));
  const place =
    numbers.length > 1 ? `  ${Math.max(1, numbers.indexOf(process) + 1)}/${numbers.length}` : "";
  const [name = "", ...rest] = row.command;
  return {
    command: printable([baseNameOf(name), ...rest].join(" ")),
    recording: row.id,
    eventCount: tape.reader.eventCount,
    durationNanos: row.durationNanos ?? context.durationNanos,
    trust: trustOf(session),
    process: `pid ${own?.pid ?? 0} ${program}${place}`,
    isGrowing: tape.isGrowing,
  };
}

/** The worst that is known: damage, else coverage, else what the replay of this process found. */
function trustOf(session: Session): { text: string; isGood: boolean } {
  const { tape, process } = session;
  const unreadable = tape.reader.damage.reduce((sum, { count }) => sum + count, 0);
  if (unreadable > 0) return { text: `${unreadable} events cannot be read`, isGood: false };
  const { processes } = tape.context;
  const uncovered = processes.filter(({ coverage }) => coverage.status !== "full").length;
  if (uncovered > 0) {
    return {
      text: `${uncovered} of ${processes.length} processes not wholly covered`,
      isGood: false,
    };
  }
  const survey = session.survey(process);
  if (survey.divergences > 0) return { text: "differs from the kernel's maps", isGood: false };
  if (survey.isWhole && survey.checks > 0) return { text: "exact", isGood: true };
  return { text: "covered", isGood: true };
}

/** The first two lines of most reports: what growths did, and whether to trust it. */

import type { BlockersData } from "../analyses/blockers.ts";
import type { StatsResult } from "../analyses/stats.ts";
import { printable } from "../base/printable.ts";
import type { Style } from "../base/style.ts";
import { countOf, formatCount, formatShare } from "../base/units.ts";

/** `430 of 512 growths moved (84 %), 412 of them blocked by thread stacks, 2 refused; 3.1 ms in mremap` */
export function growthSentence(result: StatsResult, style: Style, blockers?: BlockersData): string {
  const { inPlace, moved, relocated, refused } = result.growth;
  const asked = inPlace.count + moved.count + relocated.count + refused.count;
  const mremap = result.calls["mremap"];
  const time = mremap === undefined ? "" : `; ${style.duration(mremap.nanos)} in mremap`;
  if (asked === 0) {
    const calls = Object.values(result.calls).reduce((sum, { count }) => sum + count, 0);
    if (calls === 0) return "no call was recorded";
    return `no growth: nothing asked for more by mremap or brk; ${countOf(calls, "call")}`;
  }
  const growths = countOf(asked, "growth");
  const refusals = refused.count === 0 ? "" : `, ${formatCount(refused.count)} refused`;
  if (moved.count === 0) {
    const kept = refused.count + relocated.count === 0 ? "all in place" : "none moved";
    return `${growths}, ${kept}${refusals}${time}`;
  }
  const share = formatShare(moved.count, asked);
  const blocked = blockers === undefined ? "" : blockedBy(blockers, moved.count);
  return `${formatCount(moved.count)} of ${growths} moved (${share})${blocked}${refusals}${time}`;
}

/** Names the blocker of more than half of the moves, if there is one. */
function blockedBy({ groups }: BlockersData, moved: number): string {
  const [first] = groups.rows;
  if (first === undefined || first.moves * 2 <= moved || first.kind === "nothing") return "";
  const which = first.moves < moved ? `${formatCount(first.moves)} of them ` : "";
  return `, ${which}blocked by ${printable(first.name)}`;
}

/** `covered: every call of 14 processes`, or in the attention colour what is missing and why. */
export function trustLine(result: StatsResult, style: Style): string {
  const { coverage, dropped, recording } = result;
  const total = result.processes.length;
  const faults: string[] = [];
  if (recording.status === "recording") faults.push("the recording is not finished");
  if (recording.status === "damaged") faults.push("the recording is damaged");
  if (recording.status === "recovered") faults.push("recovered from a journal");
  if (dropped > 0) faults.push(`${countOf(dropped, "call")} missing`);
  const short = coverage.partial + coverage.none;
  if (total === 0) faults.push("no process is known");
  if (short > 0) {
    const first = coverage.reasons[0]?.reason;
    const rest = coverage.reasons.length - 1;
    const more = rest > 0 ? `, and ${countOf(rest, "more reason")}` : "";
    const why = first === undefined ? "" : ` (${printable(first)}${more})`;
    faults.push(
      `${formatCount(short)} of ${countOf(total, "process", "processes")} not fully covered${why}`,
    );
  }
  if (faults.length > 0) return style.paint("attention", `incomplete: ${faults.join("; ")}`);
  return style.paint("good", `covered: every call of ${countOf(total, "process", "processes")}`);
}

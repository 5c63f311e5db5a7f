/** What a run found, as text: a score for each file and room, and the mutants that no test noticed. */
import type { Judgement } from "./judged.ts";
import type { Results } from "./log.ts";
import type { PlannedMutant } from "./plan.ts";

interface Score {
  readonly name: string;
  killed: number;
  survived: number;
  judged: number;
}

export interface Run {
  readonly mutants: readonly PlannedMutant[];
  readonly wanted: ReadonlySet<number>;
  readonly results: Results;
  readonly judgement: Judgement;
  /** Test files that were to run. */
  readonly tests: readonly string[];
}

function add(scores: Map<string, Score>, name: string, what: "killed" | "survived" | "judged") {
  const score = scores.get(name) ?? { name, killed: 0, survived: 0, judged: 0 };
  scores.set(name, score);
  score[what] += 1;
}

function percent({ killed, survived }: Score): string {
  const all = killed + survived;
  return all === 0 ? "-" : `${((100 * killed) / all).toFixed(1)} %`;
}

function table(scores: readonly Score[]): string[] {
  const rows = scores.map((score) => [
    score.name,
    percent(score),
    ...[score.killed, score.survived, score.judged].map(String),
  ]);
  const all = [["", "score", "killed", "survived", "judged"], ...rows];
  const widths = all[0]!.map((_, n) => Math.max(...all.map((row) => row[n]!.length)));
  return all.map((row) =>
    row
      .map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!)))
      .join("  "),
  );
}

function survivorLine(mutant: PlannedMutant, passed: ReadonlySet<number>): string[] {
  const reach = passed.has(mutant.id) ? "" : "  (no test comes here)";
  return [
    `${mutant.path}:${mutant.line}  ${mutant.label}${reach}`,
    ...(mutant.label.includes(mutant.code) ? [] : [`    ${mutant.code}`]),
  ];
}

/** Judged mutants leave the score; one that a test finds after all was judged wrongly. */
export function reportLines({ mutants, wanted, results, judgement, tests }: Run): string[] {
  const files = new Map<string, Score>();
  const rooms = new Map<string, Score>();
  const survivors: string[] = [];
  const misjudged: string[] = [];
  for (const mutant of mutants) {
    if (!wanted.has(mutant.id)) continue;
    const isKilled = results.kills.has(mutant.id);
    const isJudged = judgement.reasons.has(mutant.id);
    const what = isKilled ? "killed" : isJudged ? "judged" : "survived";
    add(files, mutant.path, what);
    add(rooms, mutant.path.split("/")[1]!, what);
    if (what === "survived") survivors.push(...survivorLine(mutant, results.passed));
    if (isKilled && isJudged) misjudged.push(`${mutant.path}:${mutant.line}  ${mutant.label}`);
  }
  return [
    ...section("Survivors", survivors),
    ...section("Judged, but a test finds them", misjudged),
    ...section(
      "Judged, but not there any more",
      judgement.stale.map((one) => JSON.stringify(one)),
    ),
    ...section(
      "Tests left out",
      [...results.unfit].map(([test, why]) => `${test}: ${why}`),
    ),
    ...section(
      "Tests that did not run to their end",
      tests.filter((one) => !results.ended.has(one)),
    ),
    ...table([...files.values()]),
    "",
    ...table([...rooms.values()]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`), ""];
}

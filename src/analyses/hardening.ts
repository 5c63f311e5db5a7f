/** Hardening: memory that was writable and executable, at once or in turn. */
import { baseName } from "../base/program.ts";
import { countOf } from "../base/units.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import { type Facts, processName, type Ranked, ranked } from "./facts.ts";
import { type ExecNote, ExecWatch } from "./recorders/exec-watch.ts";

/** Mappings of one site in one process. */
export interface WritableCode {
  readonly process: number;
  readonly processName: string;
  /** The file's name, or the site that made it so, or that it was so from the start. */
  readonly name: string;
  readonly how: ExecNote["how"];
  readonly mappings: number;
  readonly bytes: number;
  /** In turn, but perhaps not the same pages: only parts were made writable. */
  readonly partly: boolean;
  readonly events: readonly number[];
}

export interface HardeningData {
  readonly atOnce: Ranked<WritableCode>;
  readonly inTurn: Ranked<WritableCode>;
  /** Mappings left out because there were too many. */
  readonly notKept: number;
}

const thresholds = {
  mappings: { value: 1, reason: "one such mapping is all that an attacker needs" },
} as const;

function nameOf({ files, sites }: Facts, note: ExecNote): string {
  const path = files.get(note.file)?.path;
  if (path !== undefined) return baseName(path);
  if (note.seq === 0) return "memory that was so from the start";
  return sites.name(note.site);
}

function rowsOf(facts: Facts, notes: readonly ExecNote[], how: ExecNote["how"]): WritableCode[] {
  const groups = new Map<string, ExecNote[]>();
  for (const note of notes) {
    if (note.how !== how) continue;
    const key = `${note.process} ${nameOf(facts, note)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [note]);
    else group.push(note);
  }
  return [...groups.values()].map((notes): WritableCode => {
    const first = notes[0]!;
    return {
      process: first.process,
      processName: processName(facts, first.process),
      name: nameOf(facts, first),
      how,
      mappings: new Set(notes.map(({ mapping }) => mapping)).size,
      bytes: notes.reduce((sum, { bytes }) => sum + bytes, 0),
      partly: notes.every(({ partly }) => partly),
      events: notes
        .map(({ seq }) => seq)
        .filter((seq) => seq > 0)
        .slice(0, 100),
    };
  });
}

/** The sentence counts `all`, of which `rows` are those shown in the result. */
function findingOf(
  all: readonly WritableCode[],
  { rows }: Ranked<WritableCode>,
  how: ExecNote["how"],
): Finding[] {
  const mappings = all.reduce((sum, row) => sum + row.mappings, 0);
  const first = rows[0];
  if (first === undefined || mappings < thresholds.mappings.value) return [];
  const were = `${countOf(mappings, "mapping was", "mappings were")} writable and executable`;
  const most = `${rows.length === 1 ? "" : "most "}by ${first.name} in ${first.processName}`;
  return [
    {
      sentence: `${were} ${how === "atOnce" ? "at once" : "in turn"}, ${most}`,
      advice:
        how === "atOnce"
          ? "Map code writable, fill it, and make it executable and not writable, or map it twice"
          : "Where the pages are the same, map the code twice: once to write, once to execute",
      severity: how === "atOnce" ? "attention" : "note",
      numbers: { mappings, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) },
      events: first.events,
      process: first.process,
    },
  ];
}

export const hardening = defineAnalysis({
  id: "hardening",
  title: "Hardening",
  question: "Could memory be written and executed, at once or in turn?",
  basis: ["events", "observations", "inference"],
  thresholds,
  needs: { exec: ExecWatch },
  conclude(facts, { exec }) {
    const atOnce = rowsOf(facts, exec.notes, "atOnce");
    const inTurn = rowsOf(facts, exec.notes, "inTurn");
    const data: HardeningData = {
      atOnce: ranked(atOnce, ({ mappings }) => mappings),
      inTurn: ranked(inTurn, ({ mappings }) => mappings),
      notKept: exec.dropped,
    };
    const findings = [
      ...findingOf(atOnce, data.atOnce, "atOnce"),
      ...findingOf(inTurn, data.inTurn, "inTurn"),
    ];
    return { findings, data };
  },
});

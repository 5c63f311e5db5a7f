/**
 * Blockers: what lay above each growth that had to move or was refused, who mapped it, how often.
 */
import { baseName } from "../base/program.ts";
import { formatBytes, formatCount } from "../base/units.ts";
import { kindOf } from "../events/kinds.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import type { Facts, Ranked } from "./facts.ts";
import { type BlockerKind, blockerKinds, isNamedByFile } from "./recorders/blocker-kind.ts";
import { BlockerLog } from "./recorders/blocker-log.ts";
import { type GrowthLog, outcomeCodes } from "./recorders/growth-log.ts";
import { GrowthRecorder } from "./recorders/growth-recorder.ts";
import type { MappingTrack } from "./recorders/track.ts";
import { heaviestGroups, rowsWith } from "./tally/heaviest.ts";
import { medianOf } from "./tally/numbers.ts";

/** One growth that was blocked. */
export interface Block {
  /** The event of the growth. */
  readonly seq: number;
  readonly process: number;
  readonly outcome: "moved" | "refused";
  readonly kind: BlockerKind;
  /** Id of the blocking mapping in its process; 0 is none. */
  readonly mapping: number;
  /** The blocking region, [start, end). */
  readonly start: number;
  readonly end: number;
  /** Free bytes directly above the mapping that was to grow. */
  readonly gapBytes: number;
  /** The bytes asked for beyond the old size. */
  readonly needBytes: number;
  /** Path of the file that backs the blocker; empty if none does. */
  readonly path: string;
  /** Event, thread, call and site that mapped the blocker; event 0 predates the recording. */
  readonly ownerSeq: number;
  readonly ownerTid: number;
  readonly ownerCall: string;
  readonly ownerSite: string;
  readonly ageNanos: number;
}

/** Growths blocked by one kind of mapping from one site. */
export interface BlockerGroup {
  /** `thread stacks that start_worker made`, `libz.so.1`. */
  readonly name: string;
  readonly kind: BlockerKind;
  readonly count: number;
  readonly moves: number;
  readonly refusals: number;
  readonly medianGapBytes: number;
  readonly medianNeedBytes: number;
  readonly medianAgeNanos: number;
  /** Events of the growths. */
  readonly events: readonly number[];
}

export interface BlockersData {
  readonly moves: number;
  readonly refusals: number;
  readonly groups: Ranked<BlockerGroup>;
  /** The growths themselves, in event order. */
  readonly blocks: readonly Block[];
  /** Blocks left out of `blocks`. */
  readonly moreBlocks: number;
}

const mostBlocks = 1000;
const mostGroups = 20;

const thresholds = {
  share: { value: 0.1, reason: "a blocker of fewer than one growth in ten is chance, not a cause" },
} as const;

const nouns: Readonly<Record<BlockerKind, string>> = {
  nothing: "nothing that a recording shows",
  "rest of the same mapping": "the rest of the mapping itself",
  "thread stack": "thread stacks",
  "malloc arena": "malloc's arenas",
  library: "libraries",
  file: "mapped files",
  "buffer of the same site": "other buffers",
  guard: "guard pages",
  reservation: "reserved ranges",
  heap: "the heap",
  "main stack": "the main stack",
  kernel: "the kernel's own pages",
  "shared memory": "shared memory",
  anonymous: "anonymous mappings",
  recorder: "maptrail's own memory",
};

/** The recorded blocks, and the tables that their names are looked up in. */
interface Blocked {
  readonly facts: Facts;
  readonly log: BlockerLog;
  readonly growths: GrowthLog;
}

function trackOf({ facts, log, growths }: Blocked, row: number): MappingTrack | undefined {
  return facts.knownTrack(growths.process[log.growthRow[row]!]!);
}

/** 0 if the site is unknown or unnamed, or nothing blocked. */
function ownerSite(blocked: Blocked, row: number): number {
  if (!blocked.facts.sites.areNamed) return 0;
  return trackOf(blocked, row)?.bornSite(blocked.log.mapping[row]!) ?? 0;
}

function nameOf(blocked: Blocked, row: number): string {
  const { log, facts } = blocked;
  const kind = blockerKinds[log.kind[row]!]!;
  if (isNamedByFile(kind)) {
    const path = facts.files.get(log.file[row]!)?.path;
    if (path) return kind === "file" ? `the file ${baseName(path)}` : baseName(path);
  }
  const site = ownerSite(blocked, row);
  return site === 0 ? nouns[kind] : `${nouns[kind]} that ${facts.sites.name(site)} made`;
}

function blockOf(blocked: Blocked, row: number): Block {
  const { facts, log, growths } = blocked;
  const growth = log.growthRow[row]!;
  const mapping = log.mapping[row]!;
  const owner = trackOf(blocked, row);
  return {
    seq: growths.seq[growth]!,
    process: growths.process[growth]!,
    outcome: growths.outcome[growth] === outcomeCodes.moved ? "moved" : "refused",
    kind: blockerKinds[log.kind[row]!]!,
    mapping,
    start: log.start[row]!,
    end: log.end[row]!,
    gapBytes: log.gapBytes[row]!,
    needBytes: log.needBytes[row]!,
    path: facts.files.get(log.file[row]!)?.path ?? "",
    ownerSeq: owner?.bornSeq(mapping) ?? 0,
    ownerTid: owner?.bornTid(mapping) ?? 0,
    ownerCall: kindOf(owner?.bornBy(mapping) ?? 0) ?? "",
    ownerSite: facts.sites.name(owner?.bornSite(mapping) ?? 0),
    ageNanos: log.ageNanos[row]!,
  };
}

/** Blockers with equal keys get the same name. */
function keysOf(blocked: Blocked): Uint32Array {
  const { log } = blocked;
  const keys = new Uint32Array(log.length);
  for (let row = 0; row < log.length; row += 1) {
    const kind = log.kind[row]!;
    const id = isNamedByFile(blockerKinds[kind]!) ? log.file[row]! : ownerSite(blocked, row);
    keys[row] = id * blockerKinds.length + kind;
  }
  return keys;
}

function groupsOf(blocked: Blocked): Ranked<BlockerGroup> {
  const { log, growths } = blocked;
  const every = new Uint8Array(blockerKinds.length).fill(1);
  const rows = rowsWith(log.kind, log.length, every);
  const weighing = { codes: log.kind, weights: Float64Array.from(every) };
  const { groups, more } = heaviestGroups(keysOf(blocked), rows, weighing, mostGroups);
  const made = groups.map(({ rows }): BlockerGroup => {
    let moves = 0;
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i]!;
      if (growths.outcome[log.growthRow[row]!] === outcomeCodes.moved) moves += 1;
    }
    return {
      name: nameOf(blocked, rows[0]!),
      kind: blockerKinds[log.kind[rows[0]!]!]!,
      count: rows.length,
      moves,
      refusals: rows.length - moves,
      medianGapBytes: medianOf(rows, log.gapBytes),
      medianNeedBytes: medianOf(rows, log.needBytes),
      medianAgeNanos: medianOf(rows, log.ageNanos),
      events: Array.from(rows.subarray(0, 100), (row) => growths.seq[log.growthRow[row]!]!),
    };
  });
  return { rows: made, more };
}

function adviceFor({ kind, medianNeedBytes }: BlockerGroup): string {
  const room = formatBytes(medianNeedBytes);
  switch (kind) {
    case "thread stack":
      return "Start the threads before the buffer is mapped, or reserve its room ahead with PROT_NONE";
    case "library":
      return "Load the library before the buffer is mapped, or reserve the buffer's room ahead";
    case "buffer of the same site":
      return "Give each buffer room of its own: reserve it ahead with PROT_NONE";
    case "rest of the same mapping":
      return "Let the old size passed to mremap end where the mapping ends";
    case "nothing":
      return "Look at the limits: RLIMIT_AS, RLIMIT_DATA, locked memory, overcommit";
    case "recorder":
      return "Record again: maptrail's memory lies elsewhere in another run";
    default:
      return `Reserve the room ahead with PROT_NONE: half of these asked for ${room} or more`;
  }
}

function findingsOf(data: BlockersData): Finding[] {
  const total = data.moves + data.refusals;
  return data.groups.rows
    .filter(({ count }) => count >= total * thresholds.share.value)
    .map((group) => {
      // A group that only ever blocked refused growths is counted among refusals, not moves.
      const [count, whole, what] =
        group.moves > 0
          ? [group.moves, data.moves, "move"]
          : [group.refusals, data.refusals, "refused growth"];
      const of =
        whole === 1 ? `the one ${what}` : `${formatCount(count)} of ${formatCount(whole)} ${what}s`;
      const was = count === 1 ? "was" : "were";
      return {
        sentence: `${of} ${was} blocked by ${group.name}`,
        advice: adviceFor(group),
        severity: "attention" as const,
        numbers: {
          blocked: group.count,
          moves: group.moves,
          refusals: group.refusals,
          medianGapBytes: group.medianGapBytes,
          medianNeedBytes: group.medianNeedBytes,
        },
        events: group.events,
      };
    });
}

export const blockers = defineAnalysis({
  id: "blockers",
  title: "Blockers",
  question: "What stood in the way of the growths that moved or were refused?",
  basis: ["events", "observations", "inference"],
  thresholds,
  needs: { growth: GrowthRecorder, blockers: BlockerLog },
  conclude(facts, { growth, blockers: log }) {
    const blocked = { facts, log, growths: growth.log };
    let moves = 0;
    for (let row = 0; row < log.length; row += 1) {
      if (growth.log.outcome[log.growthRow[row]!] === outcomeCodes.moved) moves += 1;
    }
    const shown = Math.min(mostBlocks, log.length);
    const data: BlockersData = {
      moves,
      refusals: log.length - moves,
      groups: groupsOf(blocked),
      blocks: Array.from({ length: shown }, (_, row) => blockOf(blocked, row)),
      moreBlocks: log.length - shown,
    };
    return { findings: findingsOf(data), data };
  },
});

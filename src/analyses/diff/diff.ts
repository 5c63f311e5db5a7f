/** Compares two recordings of the same program. The shape of `maptrail diff --json`. */

import type { RecordingFacts, StatsResult } from "../stats.ts";
import type { VerifyStatus } from "../verify.ts";
import { type Condition, type ConditionVerdict, judgeConditions } from "./conditions.ts";
import { compareSites, type SiteChange } from "./diff-sites.ts";
import { keyText, renamedSites } from "./match-sites.ts";
import { changeOf, type MetricChange, metricNamed, metrics } from "./metrics.ts";
import { type GrowthPairs, pairGrowths } from "./pair-growths.ts";
import type { SiteClass } from "./site-fold.ts";

/** What a diff needs from one pass over a recording's events. */
export interface DiffSide {
  /** As the user named its database. */
  readonly database: string;
  readonly stats: StatsResult;
  readonly verify: { readonly status: VerifyStatus };
  readonly classes: readonly SiteClass[];
  /** Sentences on events that could not be read. */
  readonly damage: readonly string[];
  /** Sentences on files whose names could not be read in their state at recording time. */
  readonly notes: readonly string[];
}

export interface SideFacts {
  readonly database: string;
  readonly recording: RecordingFacts;
  readonly verify: VerifyStatus;
  readonly coverage: StatsResult["coverage"];
  /** Calls known to be missing. */
  readonly dropped: number;
  readonly damage: readonly string[];
}

export interface DiffResult {
  readonly a: SideFacts;
  readonly b: SideFacts;
  /**
   * In the order of `metrics`, then new-sites and gone-sites, then every call that either side
   * made.
   */
  readonly metrics: readonly MetricChange[];
  /**
   * name: sites were matched by name. call: one side has no sites, so calls are matched by kind and
   * size.
   */
  readonly matchedBy: "name" | "call";
  readonly sites: readonly SiteChange[];
  readonly growths: readonly GrowthPairs[];
  readonly conditions: readonly ConditionVerdict[];
  /** What weakens the comparison, in sentences. */
  readonly cautions: readonly string[];
}

/** The name of a site that was not recorded. */
const unknownSite = "unknown";

/**
 * Code in no file, as JIT compilers make it, has only an address, which differs from run to run.
 */
function runless(site: string): string {
  return /^0x[0-9a-f]+$/.test(site) ? "code in no file" : site;
}

export function compareRecordings(
  a: DiffSide,
  b: DiffSide,
  conditions: readonly Condition[] = [],
): DiffResult {
  const matchedBy = knowsSites(a) && knowsSites(b) ? "name" : "call";
  const [classesA, classesB] = matched(a.classes, b.classes, matchedBy);
  const sites = compareSites(classesA, classesB);
  const changes = allChanges(a.stats, b.stats, sites);
  return {
    a: factsOf(a),
    b: factsOf(b),
    metrics: changes,
    matchedBy,
    sites,
    growths: pairGrowths(classesA, classesB),
    conditions: judgeConditions(conditions, (name) => named(changes, name, a.stats, b.stats)),
    cautions: cautionsOf(a, b, matchedBy),
  };
}

function factsOf({ database, stats, verify, damage }: DiffSide): SideFacts {
  const { recording, coverage, dropped } = stats;
  return { database, recording, verify: verify.status, coverage, dropped, damage };
}

function knowsSites({ classes }: DiffSide): boolean {
  return classes.length === 0 || classes.some(({ site }) => site !== unknownSite);
}

/** Both sides' classes under common names; a site that was renamed has its name in B. */
function matched(
  a: readonly SiteClass[],
  b: readonly SiteClass[],
  matchedBy: DiffResult["matchedBy"],
): [SiteClass[], SiteClass[]] {
  if (matchedBy === "call") {
    const nameless = (one: SiteClass): SiteClass => ({ ...one, site: unknownSite });
    return [merge(a.map(nameless)), merge(b.map(nameless))];
  }
  const own = (side: readonly SiteClass[]): SiteClass[] =>
    merge(side.map((one) => ({ ...one, site: runless(one.site) })));
  const [ownA, ownB] = [own(a), own(b)];
  const renamed = renamedSites(ownA, ownB);
  const named = ownA.map((one) => ({ ...one, site: renamed.get(keyText(one)) ?? one.site }));
  return [merge(named), ownB];
}

/** Classes with equal names become one; their growths are merged in event order. */
function merge(classes: readonly SiteClass[]): SiteClass[] {
  const groups = new Map<string, SiteClass[]>();
  for (const one of classes) {
    const text = `${one.sizeClassBytes} ${keyText(one)}`;
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [one]);
    else group.push(one);
  }
  return [...groups.values()].map((group) => (group.length === 1 ? group[0]! : joined(group)));
}

function joined(group: readonly SiteClass[]): SiteClass {
  const sum = (key: "count" | "failed" | "nanos"): number =>
    group.reduce((total, one) => total + one[key], 0);
  const marks = group
    .flatMap(({ outcomes, outcomeSeqs }) =>
      outcomes.map((outcome, i) => ({ outcome, seq: outcomeSeqs[i]! })),
    )
    .sort((x, y) => x.seq - y.seq);
  return {
    ...group[0]!,
    count: sum("count"),
    failed: sum("failed"),
    nanos: sum("nanos"),
    firstSeq: group.reduce((least, { firstSeq }) => Math.min(least, firstSeq), Infinity),
    outcomes: marks.map(({ outcome }) => outcome),
    outcomeSeqs: marks.map(({ seq }) => seq),
  };
}

function allChanges(a: StatsResult, b: StatsResult, sites: readonly SiteChange[]): MetricChange[] {
  const count = (status: SiteChange["status"]): number =>
    sites.filter((site) => site.status === status).length;
  const calls = [...new Set([...Object.keys(a.calls), ...Object.keys(b.calls)])].sort();
  return [
    ...metrics.map(({ name, unit, read }) => changeOf(name, unit, read(a), read(b))),
    changeOf("new-sites", "count", 0, count("new")),
    changeOf("gone-sites", "count", 0, count("gone")),
    ...calls.map((name) =>
      changeOf(name, "count", a.calls[name]?.count ?? 0, b.calls[name]?.count ?? 0),
    ),
  ];
}

/** A call that neither side made is a valid metric too. */
function named(
  changes: readonly MetricChange[],
  name: string,
  a: StatsResult,
  b: StatsResult,
): MetricChange {
  const known = changes.find((change) => change.name === name);
  if (known !== undefined) return known;
  const metric = metricNamed(name);
  return changeOf(name, metric?.unit ?? "count", metric?.read(a), metric?.read(b));
}

function cautionsOf(a: DiffSide, b: DiffSide, matchedBy: DiffResult["matchedBy"]): string[] {
  const cautions: string[] = [];
  const commands = [a, b].map(({ stats }) => JSON.stringify(stats.recording.command));
  if (commands[0] !== commands[1]) cautions.push("the two were recorded with different commands");
  if (matchedBy === "call") {
    cautions.push("sites are not known in both, so calls are matched by kind and size alone");
  }
  for (const [letter, { stats, verify, damage, notes }] of [
    ["A", a],
    ["B", b],
  ] as const) {
    if (stats.recording.status === "recording") cautions.push(`${letter} is not finished`);
    if (damage.length > 0) cautions.push(`${letter} is damaged`);
    if (stats.coverage.status !== "full") cautions.push(`${letter} is not fully covered`);
    if (stats.dropped > 0) cautions.push(`${letter} lacks calls that were lost`);
    if (verify.status !== "exact") cautions.push(`${letter} is ${verify.status}`);
    cautions.push(...notes.map((note) => `${letter}: ${note}`));
  }
  return cautions;
}

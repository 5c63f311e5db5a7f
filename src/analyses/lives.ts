/**
 * Lives: what is never unmapped, what is mapped and unmapped repeatedly, how long mappings last.
 */
import { countOf, formatBytes, formatCount, formatDuration } from "../base/units.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import { type Facts, type Ranked, ranked } from "./facts.ts";
import { SiteLives, shortLifeNanos } from "./recorders/site-lives.ts";
import type { Bar } from "./tally/histogram.ts";

/** Mappings made by one site. */
export interface SiteLife {
  readonly site: string;
  readonly firstSeq: number;
  readonly born: number;
  readonly bornBytes: number;
  readonly died: number;
  /** Still mapped when their process or the recording ended. */
  readonly neverUnmapped: number;
  readonly neverUnmappedBytes: number;
  /** Born with the size of the mapping that the same site had just unmapped after a short life. */
  readonly churned: number;
  readonly churnedBytes: number;
  /** The event of the first churned one. */
  readonly churnSeq: number;
}

export interface LivesData {
  readonly born: number;
  readonly died: number;
  readonly neverUnmapped: number;
  readonly neverUnmappedBytes: number;
  readonly churned: number;
  /** Sites by the bytes that they never unmapped. */
  readonly keepers: Ranked<SiteLife>;
  /** Sites by how often they again mapped what they had just unmapped. */
  readonly churners: Ranked<SiteLife>;
  readonly medianLifeNanos: number;
  /** Only of mappings that were unmapped. */
  readonly lifetimes: readonly Bar[];
}

const thresholds = {
  shortLifeNanos: {
    value: shortLifeNanos,
    reason: "a thousand calls' time: too short to be worth one",
  },
  churn: { value: 100, reason: "a hundred pairs of calls are the least that a change would save" },
  churnShare: { value: 0.1, reason: "less than a tenth of what the site maps is chance" },
  kept: {
    value: 100,
    reason: "a hundred mappings of one place that nobody unmaps look like a leak",
  },
} as const;

function rowsOf({ sites }: Facts, lives: SiteLives): SiteLife[] {
  const rows: SiteLife[] = [];
  for (let site = 0; site < lives.sites; site += 1) {
    if (lives.births[site] === 0) continue;
    rows.push({
      site: sites.name(site),
      firstSeq: lives.firstSeq[site]!,
      born: lives.births[site]!,
      bornBytes: lives.bornBytes[site]!,
      died: lives.deaths[site]!,
      neverUnmapped: lives.neverUnmapped[site]!,
      neverUnmappedBytes: lives.neverUnmappedBytes[site]!,
      churned: lives.churned[site]!,
      churnedBytes: lives.churnedBytes[site]!,
      churnSeq: lives.churnSeq[site]!,
    });
  }
  return rows;
}

function findingsOf(data: LivesData): Finding[] {
  const findings: Finding[] = [];
  for (const row of data.churners.rows) {
    if (row.churned < thresholds.churn.value) break;
    if (row.churned < row.born * thresholds.churnShare.value) continue;
    findings.push({
      sentence: `${row.site} mapped ${formatCount(row.churned)} times what it had just unmapped, ${formatBytes(row.churnedBytes / row.churned)} each on average`,
      advice: "Keep the mapping for the next use; in malloc, raise M_MMAP_THRESHOLD",
      severity: "attention",
      numbers: { churned: row.churned, churnedBytes: row.churnedBytes, born: row.born },
      events: [row.churnSeq],
    });
  }
  const most = data.keepers.rows[0];
  if (most !== undefined && most.neverUnmapped >= thresholds.kept.value) {
    findings.push({
      sentence: `${most.site} left ${countOf(most.neverUnmapped, "mapping")} of ${formatBytes(most.neverUnmappedBytes)} mapped to the end`,
      advice: "Unmap what is no longer used, unless all of it is in use to the end",
      severity: "note",
      numbers: {
        neverUnmapped: most.neverUnmapped,
        neverUnmappedBytes: most.neverUnmappedBytes,
        born: most.born,
      },
      events: [most.firstSeq],
    });
  }
  if (data.died > 0 && data.churned > 0 && findings.length === 0) {
    findings.push({
      sentence: `half of the ${countOf(data.died, "unmapped mapping")} lived less than ${formatDuration(data.medianLifeNanos)}`,
      severity: "note",
      numbers: { died: data.died, medianLifeNanos: data.medianLifeNanos },
      events: [],
    });
  }
  return findings;
}

function sumOf(rows: readonly SiteLife[], read: (row: SiteLife) => number): number {
  return rows.reduce((sum, row) => sum + read(row), 0);
}

export const lives = defineAnalysis({
  id: "lives",
  title: "Lives",
  question: "What is never unmapped, and what is unmapped only to be mapped again?",
  basis: ["events"],
  thresholds,
  needs: { lives: SiteLives },
  conclude(facts, { lives }) {
    const rows = rowsOf(facts, lives);
    const { lifetimes } = lives;
    const data: LivesData = {
      born: sumOf(rows, ({ born }) => born),
      died: sumOf(rows, ({ died }) => died),
      neverUnmapped: sumOf(rows, ({ neverUnmapped }) => neverUnmapped),
      neverUnmappedBytes: sumOf(rows, ({ neverUnmappedBytes }) => neverUnmappedBytes),
      churned: sumOf(rows, ({ churned }) => churned),
      keepers: ranked(
        rows.filter(({ neverUnmapped }) => neverUnmapped > 0),
        ({ neverUnmappedBytes }) => neverUnmappedBytes,
      ),
      churners: ranked(
        rows.filter(({ churned }) => churned > 0),
        ({ churned }) => churned,
      ),
      medianLifeNanos: lifetimes.count === 0 ? 0 : lifetimes.quantile(0.5),
      lifetimes: lifetimes.bars(),
    };
    return { findings: findingsOf(data), data };
  },
});

/** What a report is made from, whatever its format: all formats say the same, because this says it. */

import type { AnalysisResult, Finding } from "../analyses/analysis.ts";
import type { GrowthPoints } from "../analyses/growth-points.ts";
import type { Picture } from "../analyses/picture.ts";
import type { StatsResult } from "../analyses/stats.ts";
import type { VerifyResult } from "../analyses/verify.ts";

export interface ReportResult {
  readonly stats: StatsResult;
  readonly verify: VerifyResult;
  /** In the order in which a reader wants to know. */
  readonly analyses: readonly AnalysisResult[];
  /** Of all analyses, the most important first. */
  readonly findings: readonly Finding[];
  readonly growthPoints: GrowthPoints;
  readonly picture: Picture;
  /** Sentences about events that could not be read; empty when all could. */
  readonly damage: readonly string[];
  readonly toolVersion: string;
}

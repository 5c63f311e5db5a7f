/** What a report is made from, whatever its format: all formats say the same, because this says it. */

import type { Analyses } from "../../analyses/all.ts";
import type { GrowthPoints } from "../../analyses/picture/growth-points.ts";
import type { Picture } from "../../analyses/picture/picture.ts";
import type { StatsResult } from "../../analyses/stats.ts";
import type { VerifyResult } from "../../analyses/verify.ts";

export interface ReportResult {
  readonly stats: StatsResult;
  readonly verify: VerifyResult;
  readonly analyses: Analyses;
  /** The page size of the machine that was recorded. */
  readonly pageBytes: number;
  readonly growthPoints: GrowthPoints;
  readonly picture: Picture;
  /** Sentences about events that could not be read; empty when all could. */
  readonly damage: readonly string[];
  readonly toolVersion: string;
}

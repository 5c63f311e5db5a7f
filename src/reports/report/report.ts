/** The input of a report, the same for every format, so that all formats agree. */

import type { Analyses } from "../../analyses/answers.ts";
import type { GrowthPoints } from "../../analyses/picture/growth-points.ts";
import type { Picture } from "../../analyses/picture/picture.ts";
import type { StatsResult } from "../../analyses/stats.ts";
import type { VerifyResult } from "../../analyses/verify.ts";

export interface ReportResult {
  readonly stats: StatsResult;
  readonly verify: VerifyResult;
  readonly analyses: Analyses;
  readonly growthPoints: GrowthPoints;
  readonly picture: Picture;
  /** Sentences about events that could not be read; empty if all could. */
  readonly damage: readonly string[];
  readonly toolVersion: string;
}

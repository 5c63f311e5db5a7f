/** The list of analyses. To add one, add a line here. */
import { blockers } from "./blockers.ts";
import { fragmentation } from "./fragmentation.ts";
import { growthLedger } from "./growth-ledger.ts";
import { guardPages } from "./guard-pages.ts";
import { hardening } from "./hardening.ts";
import { lives } from "./lives.ts";
import { mapBudget } from "./map-budget.ts";
import { moveCost } from "./move-cost.ts";
import { staleRanges } from "./stale-ranges.ts";
import { timeline } from "./timeline.ts";
import { whatIf } from "./what-if.ts";

/** The order of results, and of equally severe findings. */
export const catalogue = [
  growthLedger,
  blockers,
  whatIf,
  moveCost,
  staleRanges,
  lives,
  mapBudget,
  fragmentation,
  guardPages,
  timeline,
  hardening,
] as const;

type Listed = (typeof catalogue)[number];

export type AnalysisId = Listed["id"];

export const analysisIds: readonly AnalysisId[] = catalogue.map(({ id }) => id);

/** The shape of each analysis's data. */
export type AnalysisData = {
  readonly [One in Listed as One["id"]]: ReturnType<One["conclude"]>["data"];
};

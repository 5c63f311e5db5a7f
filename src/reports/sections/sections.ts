/** The sections of all analyses, by the analysis's id. */
import type { AnalysisData, AnalysisId } from "../../analyses/catalogue.ts";
import { blockersSection } from "./blockers.ts";
import { fragmentationSection } from "./fragmentation.ts";
import { growthLedgerSection } from "./growth-ledger.ts";
import { guardPagesSection } from "./guard-pages.ts";
import { hardeningSection } from "./hardening.ts";
import { livesSection } from "./lives.ts";
import { mapBudgetSection } from "./map-budget.ts";
import { moveCostSection } from "./move-cost.ts";
import type { Section } from "./section.ts";
import { staleRangesSection } from "./stale-ranges.ts";
import { timelineSection } from "./timeline.ts";
import { whatIfSection } from "./what-if.ts";

export const sections: { readonly [Id in AnalysisId]: Section<AnalysisData[Id]> } = {
  "growth-ledger": growthLedgerSection,
  blockers: blockersSection,
  "what-if": whatIfSection,
  "move-cost": moveCostSection,
  "stale-ranges": staleRangesSection,
  lives: livesSection,
  "map-budget": mapBudgetSection,
  fragmentation: fragmentationSection,
  "guard-pages": guardPagesSection,
  timeline: timelineSection,
  hardening: hardeningSection,
};

/** The section of an analysis; the caller must pass it that analysis's data. */
export function sectionOf(id: string): Section<unknown> | undefined {
  return (sections as Readonly<Record<string, Section<never>>>)[id] as Section<unknown> | undefined;
}

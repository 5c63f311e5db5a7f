/** The first sentence of a report in every format: what growths did, and what blocked them. */

import type { Style } from "../../base/style.ts";
import { growthSentence } from "../sentence.ts";
import type { ReportResult } from "./report.ts";

export function reportSentence({ stats, analyses }: ReportResult, style: Style): string {
  return growthSentence(stats, style, analyses.of("blockers")?.data);
}

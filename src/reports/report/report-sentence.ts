/** The sentence that every format of a report begins with: what growths did, and what stood in their way. */

import type { Style } from "../../base/style.ts";
import { growthSentence } from "../sentence.ts";
import type { ReportResult } from "./report.ts";

export function reportSentence({ stats, analyses }: ReportResult, style: Style): string {
  return growthSentence(stats, style, analyses.of("blockers")?.data);
}

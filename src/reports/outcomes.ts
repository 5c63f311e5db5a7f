/** Growth outcomes in words, in the order in which they are shown. */

import type { GrowthOutcome } from "../analyses/recorders/growth.ts";

export const outcomeWords: Readonly<Record<GrowthOutcome, string>> = {
  inPlace: "in place",
  moved: "moved",
  relocated: "relocated",
  refused: "refused",
  shrunk: "shrunk",
  unchanged: "unchanged",
  duplicated: "duplicated",
};

export const outcomes = Object.keys(outcomeWords) as readonly GrowthOutcome[];

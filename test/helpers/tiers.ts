/** Divides cases that both tiers of tests run in the same way; vitest.config.ts says which file is in which tier. */

export type Tier = "quick" | "long";

/** A case that stands for its kind in the quick tier says so; the long tier has all the others. */
export interface TieredCase {
  readonly quick?: true;
}

export function ofTier<Case extends TieredCase>(tier: Tier, cases: readonly Case[]): Case[] {
  return cases.filter(({ quick = false }) => quick === (tier === "quick"));
}

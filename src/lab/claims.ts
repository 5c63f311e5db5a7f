/** Every claim of the lab, in the order in which a textbook would bring them. */

import type { Claim } from "./claim.ts";
import { doublingBuffer, reallocRemaps } from "./claims/buffers.ts";
import { fixedNeedsMayMove, fixedOverlap, fixedReplaces } from "./claims/fixed.ts";
import { growInPlace, moveKeepsContent, refusedWhenBlocked } from "./claims/growing.ts";
import { moveCost } from "./claims/move-cost.ts";
import { addressesAreAligned, sizesRoundUp } from "./claims/rounding.ts";
import { savedPointer, shrinkFreesTail } from "./claims/shrinking.ts";
import { dontUnmapKeeps, oldSizeZero, protectOverHole, severalAtOnce } from "./claims/variants.ts";

export const claims: readonly Claim[] = [
  growInPlace,
  refusedWhenBlocked,
  moveKeepsContent,
  savedPointer,
  shrinkFreesTail,
  fixedReplaces,
  fixedNeedsMayMove,
  fixedOverlap,
  sizesRoundUp,
  addressesAreAligned,
  dontUnmapKeeps,
  oldSizeZero,
  severalAtOnce,
  protectOverHole,
  doublingBuffer,
  reallocRemaps,
  moveCost,
];

/** Tries claims one after the other and gives each its verdict. */

import { pageBytes } from "./arena.ts";
import type { Claim, ClaimResult, LabResult, LabTools, NotTried, Tried } from "./claim.ts";

/** Never rejects for a failure within a claim: that is its result. `release` is the kernel's, as uname -r has it. */
export async function tryClaims(
  claims: readonly Claim[],
  tools: LabTools,
  release: string,
  onResult: (result: ClaimResult, index: number) => Promise<void> = async () => undefined,
): Promise<LabResult> {
  const results: ClaimResult[] = [];
  for (const claim of claims) {
    const result = judge(claim, await attempt(claim, tools), release);
    results.push(result);
    await onResult(result, results.length - 1);
  }
  const count = (verdict: ClaimResult["verdict"]) =>
    results.filter((result) => result.verdict === verdict).length;
  return {
    kernel: release,
    pageBytes,
    claims: results,
    counts: {
      holds: count("holds"),
      differs: count("differs"),
      notAvailable: count("not available"),
    },
  };
}

/** Cleans up after a claim, whatever its result. */
async function attempt(claim: Claim, tools: LabTools): Promise<Tried | NotTried> {
  tools.arena.clear();
  try {
    return await claim.attempt(tools);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { unavailable: `it could not be tried: ${reason}` };
  } finally {
    tools.arena.clear();
  }
}

/**
 * A kernel that is too old for a claim is not at fault when it differs. With a backport of the
 * feature the claim holds.
 */
export function judge(claim: Claim, outcome: Tried | NotTried, release: string): ClaimResult {
  const { id, title, says, source, standing } = claim;
  const head = { id, title, says, source, standing };
  if ("unavailable" in outcome) {
    return { ...head, verdict: "not available", checks: [], reason: outcome.unavailable };
  }
  const { checks, curve, undecided } = outcome;
  const body = { ...head, checks, ...(curve === undefined ? {} : { curve }) };
  if (checks.every(({ holds }) => holds)) {
    if (undecided === undefined) return { ...body, verdict: "holds" };
    return { ...body, verdict: "not available", reason: undecided };
  }
  if (claim.since !== undefined && isOlder(release, claim.since)) {
    const reason = `needs Linux ${claim.since.join(".")}, this is ${release}`;
    return { ...body, verdict: "not available", reason };
  }
  return { ...body, verdict: "differs" };
}

function isOlder(release: string, [major, minor]: readonly [number, number]): boolean {
  const [own = 0, ownMinor = 0] = release.split(".").map((part) => Number.parseInt(part, 10));
  return own < major || (own === major && ownMinor < minor);
}

/** `maptrail lab`: the textbook's claims about mremap, tried on the running kernel. */

import { release } from "node:os";
import { fileURLToPath } from "node:url";
import { exitCodes, UserError } from "../base/errors.ts";
import { formatBytes } from "../base/units.ts";
import { Arena, pageBytes } from "../lab/arena.ts";
import { childCommand, runChild } from "../lab/child-process.ts";
import type { Claim, ClaimResult, LabResult, LabTools } from "../lab/claim.ts";
import { claims } from "../lab/claims.ts";
import { largestBytes, smallestBytes } from "../lab/curve.ts";
import { tryClaims } from "../lab/try-claims.ts";
import { claimText, labHeader, labTable } from "../reports/lab.ts";
import type { Io } from "./io/io.ts";
import { progressLine } from "./io/progress.ts";
import { recordForLab } from "./record/lab-recording.ts";

export interface LabOptions {
  readonly json?: boolean | undefined;
  /** Names of claims; all when undefined or empty. */
  readonly only?: readonly string[] | undefined;
  /** Largest size of the curve of costs in bytes: 16 KiB to 1 GiB, 1 GiB when undefined. */
  readonly upToBytes?: number | undefined;
}

/** More than any claim uses; nothing of it is reserved. */
const arenaPages = 4096;
const childScript = fileURLToPath(new URL("../lab/child.js", import.meta.url));

/** Returns the exit code: 1 when the kernel differs from a rule, which a mere belief is not. */
export async function lab(options: LabOptions, io: Io, script = childScript): Promise<number> {
  const chosen = chooseClaims(options.only ?? []);
  const upToBytes = checkUpTo(options.upToBytes ?? largestBytes);
  const arena = new Arena(arenaPages);
  try {
    const tools = labTools({ arena, upToBytes, script }, io);
    const result = await show(chosen, tools, options.json === true, io);
    return result.claims.some(isFault) ? exitCodes.checkFailed : exitCodes.ok;
  } finally {
    arena.close();
  }
}

function isFault({ standing, verdict }: ClaimResult): boolean {
  return standing === "rule" && verdict === "differs";
}

async function show(
  chosen: readonly Claim[],
  tools: LabTools,
  json: boolean,
  io: Io,
): Promise<LabResult> {
  const { style } = io.out;
  if (json) {
    const result = await tryClaims(chosen, tools, release());
    await io.out.write(`${JSON.stringify(result)}\n`);
    return result;
  }
  await io.out.write(labHeader(release(), pageBytes, style));
  const result = await tryClaims(chosen, tools, release(), (one) =>
    io.out.write(claimText(one, style)),
  );
  await io.out.write(labTable(result, style));
  return result;
}

interface LabPlace {
  readonly arena: Arena;
  readonly upToBytes: number;
  readonly script: string;
}

function labTools({ arena, upToBytes, script }: LabPlace, io: Io): LabTools {
  const progress = progressLine(io.err, "measuring what a move costs");
  return {
    arena,
    runChild: (words, onLine) => runChild(script, words, onLine),
    recordChild: (act) => recordForLab(childCommand(script, [act]), io),
    curveUpToBytes: upToBytes,
    progress(done, all) {
      if (done < all) progress.update(done, all);
      else progress.end();
    },
  };
}

function chooseClaims(names: readonly string[]): readonly Claim[] {
  if (names.length === 0) return claims;
  const unknown = names.find((name) => !claims.some(({ id }) => id === name));
  if (unknown !== undefined) {
    throw new UserError(`the lab has no claim "${unknown}"`, {
      hint: `There are ${claims.map(({ id }) => id).join(", ")}.`,
    });
  }
  return claims.filter(({ id }) => names.includes(id));
}

/** Two points at least, and no more than the curve was made for. */
function checkUpTo(bytes: number): number {
  if (bytes >= 4 * smallestBytes && bytes <= largestBytes) return bytes;
  const range = `${formatBytes(4 * smallestBytes)} to ${formatBytes(largestBytes)}`;
  throw new UserError(`--up-to takes a size from ${range}, not ${formatBytes(bytes)}`);
}

/** Which outside programs are there, and what a test does when one is not. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** What a test may need besides Node and a C compiler. */
export type Need = string;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first program of that name in PATH, or undefined. */
export function findTool(name: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * Why a test cannot run here: a sentence, or undefined when all is there. `root` is a need as well.
 * On CI (CI is set) a missing tool is an error, so that nothing is skipped there unseen.
 */
export function missingReason(needs: readonly Need[]): string | undefined {
  const missing = needs.filter((need) =>
    need === "root" ? process.getuid?.() !== 0 : findTool(need) === undefined,
  );
  if (missing.length === 0) return undefined;
  return orFailOnCi(`needs ${missing.join(", ")}`);
}

/** A test's title with the reason for which it is skipped, if it is. */
export function titled(title: string, reason: string | undefined): string {
  return reason === undefined ? title : `${title} (${reason})`;
}

/** The reason for which a test is skipped elsewhere; on CI it is an error. */
export function orFailOnCi(reason: string): string {
  if (process.env["CI"]) throw new Error(`${reason}, which must be there on CI`);
  return reason;
}

/** A test that may be skipped says why in its title, and on CI none may be (helpers/tools.ts). */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** Uses of the runner's means to leave a test out, with the text behind each. */
const meansToSkip = /\b(?:it|test|describe)\s*\.(skipIf|runIf|skip|only|todo)\b([^;{]*)/g;

/** What stands in a file and leaves tests out without a title that tells why. */
function unexplained(text: string): string[] {
  return [...text.matchAll(meansToSkip)]
    .filter(([, means, behind = ""]) => means !== "skipIf" || !behind.includes("titled("))
    .map(([whole]) => whole.replace(/\s+/g, " "));
}

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.tsx?$/.test(file) && file !== "skips.test.ts",
);

describe("a skipped test", () => {
  it("says why, in every file", () => {
    expect(files.length).toBeGreaterThan(100);
    const found = files.flatMap((file) =>
      unexplained(readFileSync(join(import.meta.dirname, file), "utf8")).map(
        (use) => `${file}: ${use}`,
      ),
    );
    expect(found).toEqual([]);
  });

  it("is found out where it does not", () => {
    expect(unexplained('it.skip("works", () => {});')).toHaveLength(1);
    expect(unexplained('describe\n  .only("works", () => {});')).toHaveLength(1);
    expect(unexplained('it.skipIf(reason)("works", () => {});')).toHaveLength(1);
    expect(unexplained('it.skipIf(reason)(titled("works", reason), () => {});')).toEqual([]);
  });
});

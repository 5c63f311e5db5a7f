/** Every test is run by one tier, and what is long has a short form beside it. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const folder = import.meta.dirname;
const root = join(folder, "..");
const rooms = ["bench", "scripts", "src", "test"];

/** A file that takes these from the runner defines tests. */
const definesTests = /import\s*\{[^}]*\b(?:it|test)\b[^}]*\}\s*from "vitest"/;
/** Tests that a short and a long file share; each of the two says which of them it runs. */
const isShared = /-tests\.tsx?$/;

function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** Paths from the project's root, sorted, of the files that define tests or have them defined. */
function testFiles(): string[] {
  return rooms
    .flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((file) =>
        join(room, file),
      ),
    )
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
    .filter((file) => definesTests.test(textOf(file)) || textOf(file).includes('-tests.ts";'))
    .sort();
}

interface Listed {
  readonly file: string;
  readonly projectName: string;
}

/** What the runner finds by its configuration. */
function listed(): Listed[] {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "list", "--filesOnly", "--json"];
  const text = execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return (JSON.parse(text) as Listed[]).map(({ file, projectName }) => ({
    file: file.slice(root.length + 1),
    projectName,
  }));
}

describe("the tiers", () => {
  it("hold every file with tests once, and are told by its name", () => {
    const files = testFiles().filter((file) => !isShared.test(file));
    expect(files.length).toBeGreaterThan(100);
    const expected = files.map((file) => ({
      file,
      projectName: /\.long\.test\.tsx?$/.test(file) ? "long" : "quick",
    }));
    expect(listed().sort((a, b) => (a.file < b.file ? -1 : 1))).toEqual(expected);
  });

  it("have a short form of everything that is long", () => {
    const long = testFiles().filter((file) => file.includes(".long.test."));
    expect(long.length).toBeGreaterThan(5);
    const alone = long.filter((file) => !existsSync(join(root, file.replace(".long.", "."))));
    expect(alone).toEqual([]);
  });

  it("both run the tests that they share", () => {
    const shared = testFiles().filter((file) => isShared.test(file));
    expect(shared.length).toBeGreaterThan(3);
    const lost = shared.flatMap((file) => {
      const stem = file.replace(isShared, "");
      const name = `"./${stem.split("/").at(-1)}-tests.ts"`;
      return [`${stem}.test.ts`, `${stem}.long.test.ts`].filter(
        (user) => !existsSync(join(root, user)) || !textOf(user).includes(`from ${name}`),
      );
    });
    expect(lost).toEqual([]);
  });
});

/** The rooms that can be mutated, and whose tests are to find the mutants. */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** Folders of tests beside the room's own, the likeliest to find a mutant first. */
const neighbours: Readonly<Record<string, readonly string[]>> = {
  analyses: ["app/passes", "golden", "app", "reports"],
  replay: ["app", "space"],
  reports: ["golden", "app", "analyses"],
  space: ["replay", "analyses/picture", "app"],
  journal: ["recorder"],
  events: ["listing", "journal", "formats", "app"],
};

export const rooms = Object.keys(neighbours);

function filesUnder(root: string, folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

/** Code of the page, most of which only a browser's DOM can run: a wing to be asked for by its name. */
const inBrowser = "src/reports/page/client/";

/** Paths of the sources in a room or in a wing of it, such as `analyses/diff`. */
export function sourcesOf(root: string, wing: string): string[] {
  const sources = filesUnder(root, join("src", wing), /(?<!\.gen)(?<!\.d)\.ts$/);
  return rooms.includes(wing) ? sources.filter((path) => !path.startsWith(inBrowser)) : sources;
}

function roomOf(path: string): string {
  return path.split("/")[1]!;
}

/** Tests in the folders or files that were asked for. */
export function testsIn(root: string, paths: readonly string[]): string[] {
  const all = filesUnder(root, "test", /\.test\.ts$/);
  return paths.flatMap((path) =>
    all.filter((test) => test === path || test.startsWith(`${path}/`)),
  );
}

/** Those tests that stand in a room of the sources. */
export function ownTests(tests: readonly string[], sources: readonly string[]): string[] {
  const own = new Set(sources.map(roomOf));
  return tests.filter((test) => own.has(roomOf(test)));
}

/** Paths of the tests for sources of these rooms, nearest first. */
export function testsFor(root: string, sources: readonly string[]): string[] {
  const own = [...new Set(sources.map(roomOf))];
  const folders = [...own, ...own.flatMap((room) => neighbours[room] ?? [])];
  const tests = folders.flatMap((folder) => {
    try {
      return filesUnder(root, join("test", folder), /\.test\.ts$/);
    } catch {
      return [];
    }
  });
  return [...new Set(tests)];
}

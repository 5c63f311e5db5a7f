/** The package as npm makes it, projects that install it without a network, and what the README says of both. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "./programs.ts";
import { type RunResult, run } from "./run.ts";

/** What a package is made from; the rest of the project has no part in it. */
const parts = [
  ...["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json", "bin", "src"],
  ...["scripts", "migrations", "README.md", "LICENSE", "CHANGELOG.md"],
];

/**
 * The folders of all that the package needs at run time, which npm finds in place instead of asking
 * a registry: those of the lockfile that are not for development alone, and are for this machine.
 */
function runtimeFolders(): readonly string[] {
  const lock = JSON.parse(readFileSync(join(projectRoot, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  return Object.entries(lock.packages)
    .filter(([folder, { dev }]) => folder !== "" && dev !== true)
    .map(([folder]) => folder)
    .filter((folder) => existsSync(join(projectRoot, folder)));
}

const quiet = ["--offline", "--no-audit", "--no-fund", "--loglevel=error"];

/** Fails with what the command said. */
export async function must(command: readonly string[], cwd: string): Promise<RunResult> {
  const result = await run(command, { cwd, timeoutMillis: 240_000 });
  if (result.status === 0) return result;
  throw new Error(`${command.join(" ")} failed: ${result.stderr}${result.stdout}`);
}

/** Packs a copy of the project, so that other tests keep their build; returns the archive's path. */
export async function packProject(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-pack-"));
  const copy = join(folder, "copy");
  mkdirSync(copy);
  for (const part of parts) cpSync(join(projectRoot, part), join(copy, part), { recursive: true });
  symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
  await must(["npm", "pack", ...quiet, "--pack-destination", folder], copy);
  const name = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (name === undefined) throw new Error("npm pack made no archive");
  return join(folder, name);
}

/** A folder with the dependencies in place, ready for `npm install --offline`. */
export function emptyProject(folder: string): void {
  writeFileSync(
    join(folder, "package.json"),
    '{ "name": "use", "private": true, "type": "module" }\n',
  );
  for (const dependency of runtimeFolders())
    cpSync(join(projectRoot, dependency), join(folder, dependency), { recursive: true });
}

/** The types of Node, which a program in TypeScript has of its own: after the install, which would take them away. */
export function addNodeTypes(folder: string): void {
  for (const name of ["@types/node", "undici-types"]) {
    cpSync(join(projectRoot, "node_modules", name), join(folder, "node_modules", name), {
      recursive: true,
    });
  }
}

export async function installInto(folder: string, archive: string): Promise<void> {
  await must(["npm", "install", ...quiet, archive], folder);
}

/** For npm and tsc, which are slow on a busy machine. */
export const packageMillis = 300_000;

/** The only block of the README in that language. */
export function readmeBlock(language: string): string {
  const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
  const found = [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))];
  if (found.length !== 1) throw new Error(`the README holds ${found.length} blocks of ${language}`);
  return found[0]?.[1] ?? "";
}

/** A strict program that checks the types of what it imports as well. */
export function writeConfig(folder: string): void {
  const compilerOptions = {
    ...{ target: "es2023", module: "nodenext", types: ["node"] },
    ...{ strict: true, skipLibCheck: false },
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["example.ts"] }),
  );
}

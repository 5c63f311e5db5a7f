// Compiles src/reports/page/client and the little it imports, and makes one script of it:
// src/reports/page/client.gen.ts, which the report puts into its page; no commit holds it. Modules are
// put one after the other in the order in which they need each other, inside one function; two of
// them may not use the same name.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const client = join(root, "src/reports/page/client");
const outputPath = join(root, "src/reports/page/client.gen.ts");

/** Imports of a compiled module, each of one line or of several. */
const importClause = /^import\s+(?:[\s\S]*?\sfrom\s+)?"([^"]+)";\n/gm;

/** Texts of the modules that `entry` needs, itself last. */
function inOrder(entry, done = new Set()) {
  if (done.has(entry)) return [];
  done.add(entry);
  const text = readFileSync(entry, "utf8");
  const needed = [...text.matchAll(importClause)].flatMap(([, path]) =>
    inOrder(join(dirname(entry), path), done),
  );
  const body = text.replace(importClause, "").replace(/^export (?=\w)/gm, "");
  return [...needed, { path: entry, body: body.replace(/^export \{.*\};\n/gm, "").trim() }];
}

/** Throws when two modules declare one name: joined, one would hide the other. */
function checkNames(modules) {
  const owners = new Map();
  for (const { path, body } of modules) {
    for (const [, name] of body.matchAll(/^(?:async )?(?:const|let|function|class) (\w+)/gm)) {
      if (owners.has(name)) throw new Error(`${name} stands in ${owners.get(name)} and in ${path}`);
      owners.set(name, path);
    }
  }
}

function generate() {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-page-"));
  try {
    const options = ["--noEmit", "false", "--outDir", folder, "--rootDir", join(root, "src")];
    const tsc = join(root, "node_modules/.bin/tsc");
    execFileSync(tsc, ["-p", client, ...options, "--removeComments"], { stdio: "inherit" });
    const modules = inOrder(join(folder, relative(join(root, "src"), client), "main.js"));
    checkNames(modules);
    const script = `(() => {\n"use strict";\n${modules.map(({ body }) => body).join("\n")}\n})();`;
    // A script in a page ends at this text, wherever it stands.
    if (/<\/script|<!--/i.test(script)) throw new Error("the script holds the end of a script");
    const head =
      "/** The page's script, made by `npm run page` from client/. Not to be edited. */\n";
    return `${head}export const clientScript = ${JSON.stringify(script)};\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

writeFileSync(outputPath, generate());

// Turns src/native/record.h into src/journal/wire/wire.gen.ts: the compiler, not a person, tells offsets,
// sizes and values. `--check` writes nothing and fails with a diff when the file differs.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const headerPath = join(root, "src/native/record.h");
const outputPath = join(root, "src/journal/wire/wire.gen.ts");

/** The names in the header; their values are asked of the compiler. */
export function parseHeader(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, " ").replace(/\/\/.*$/gm, " ");
  const defines = [...code.matchAll(/^[ \t]*#[ \t]*define[ \t]+(MT_\w+)[ \t]+\S/gm)].map(
    (m) => m[1],
  );
  const enums = [...code.matchAll(/\benum\s+(mt_\w+)\s*\{([^}]*)\}/g)].map((m) => ({
    name: m[1],
    members: [...m[2].matchAll(/\b(MT_\w+)\b(?=\s*(?:=|,|$))/g)].map((n) => n[1]),
  }));
  const structs = [...code.matchAll(/\bstruct\s+(mt_\w+)\s*\{([^}]*)\}/g)].map((m) => ({
    name: m[1],
    fields: [...m[2].matchAll(/(\w+)\s*(\[[^\]]*\])?\s*;/g)].map((f) => ({
      name: f[1],
      array: f[2] !== undefined,
    })),
  }));
  return { defines, enums, structs };
}

/** The C program whose output is the generated file. */
function printer({ defines, enums, structs }) {
  const lines = [
    '#include "record.h"',
    "#include <stddef.h>",
    "#include <stdio.h>",
    "static void define(const char *name, unsigned long long v) {",
    '  printf(v >> 53 ? "  %s: 0x%llxn,\\n" : "  %s: %llu,\\n", name, v);',
    "}",
    '#define FIELD(s, f) printf("      " #f ": { offset: %zu, bytes: %zu },\\n", offsetof(struct s, f), sizeof(((struct s *)0)->f))',
    '#define ARRAY(s, f) printf("      " #f ": { offset: %zu, bytes: %zu, count: %zu },\\n", offsetof(struct s, f), sizeof(((struct s *)0)->f[0]), sizeof(((struct s *)0)->f) / sizeof(((struct s *)0)->f[0]))',
    "int main(void) {",
  ];
  const say = (text) => lines.push(`  fputs(${JSON.stringify(`${text}\n`)}, stdout);`);
  say(
    "/** The wire layout of a journal. Generated from src/native/record.h by `npm run wire`; do not edit. */",
  );
  say("\n/** The header's #defines, by their own names. */\nexport const defines = {");
  for (const name of defines) lines.push(`  define("${name}", (unsigned long long)(${name}));`);
  say(
    "} as const;\n\n/** Enumerations; members without their prefix, in lower case. */\nexport const enums = {",
  );
  for (const { name, members } of enums) {
    const prefix = `${name.toUpperCase()}_`;
    say(`  ${name.slice(3)}: {`);
    for (const member of members) {
      const short = (
        member.startsWith(prefix) ? member.slice(prefix.length) : member
      ).toLowerCase();
      lines.push(`  printf("    ${short}: %lld,\\n", (long long)${member});`);
    }
    say("  },");
  }
  say(
    "} as const;\n\n/** Structures: size, and for each field its offset and size, in bytes; `bytes` of an array is one element's. */",
  );
  say("export const structs = {");
  for (const { name, fields } of structs) {
    say(`  ${name.slice(3)}: {`);
    lines.push(`  printf("    bytes: %zu,\\n    fields: {\\n", sizeof(struct ${name}));`);
    for (const field of fields) {
      lines.push(`  ${field.array ? "ARRAY" : "FIELD"}(${name}, ${field.name});`);
    }
    say("    },\n  },");
  }
  say("} as const;");
  lines.push("  return 0;", "}", "");
  return lines.join("\n");
}

export function generate() {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-wire-"));
  try {
    const source = join(folder, "wire.c");
    const program = join(folder, "wire");
    writeFileSync(source, printer(parseHeader(readFileSync(headerPath, "utf8"))));
    const cc = process.env.CC ?? "cc";
    execFileSync(cc, ["-std=c11", "-I", dirname(headerPath), "-o", program, source]);
    return execFileSync(program, { encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function main(args) {
  const generated = generate();
  if (!args.includes("--check")) {
    writeFileSync(outputPath, generated);
    return 0;
  }
  const diff = spawnSync(
    "diff",
    ["-u", "--label", "wire.gen.ts", "--label", "record.h", outputPath, "-"],
    {
      input: generated,
      encoding: "utf8",
    },
  );
  if (diff.status === 0) return 0;
  process.stderr.write(diff.stdout || diff.stderr || "wire.gen.ts differs from record.h\n");
  process.stderr.write(
    "src/journal/wire/wire.gen.ts is not what record.h says; run `npm run wire`\n",
  );
  return 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = main(process.argv.slice(2));

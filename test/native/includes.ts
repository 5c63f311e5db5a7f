/** The rules of who may include what in src/native, and a reader of #include lines that finds who does not keep to them. */
import { posix } from "node:path";

const { dirname, basename } = posix;

/** Folders that the files of a folder may include from, besides their own; "." is src/native itself. */
const ladder: Readonly<Record<string, readonly string[]>> = {
  ".": [],
  journal: ["."],
  exec: ["."],
  "patch/scan": ["."],
  patch: [".", "journal", "patch/scan"],
  "stack/space": [".", "journal"],
  "stack/tables": [".", "stack/space"],
  stack: [".", "journal", "patch", "stack/space", "stack/tables"],
  hook: [".", "journal", "exec", "patch", "patch/scan", "stack", "stack/space"],
  launcher: [".", "exec"],
};

/** What patched code calls in the hook: patch/ declares it and hook/ defines it, the one way up. */
const entries = ["mt_dispatch", "mt_child_made"];

export function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, " ").replace(/\/\/.*$/gm, "");
}

export function includesOf(source: string): string[] {
  const lines = withoutComments(source).matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"]+)"/gm);
  return [...lines].map(([, path]) => path!);
}

/** Functions with external linkage that a C source defines, as this project lays out a definition. */
export function definedIn(source: string): string[] {
  const heads = withoutComments(source).matchAll(
    /^(?!static\b)[a-z][\w \t*]*?\b(\w+)\([^;{}]*\)\n\{/gm,
  );
  return [...heads].map(([, name]) => name!).filter((name) => name !== "main");
}

/** A header and the sources that define what it declares share a name, whatever the architecture. */
function moduleOf(path: string): string {
  return path.replace(/(-x86_64)?\.[chS]$/, "");
}

/**
 * One sentence for each include that breaks a rule, for each cycle of modules, and for each function
 * that its module's header does not declare: without that, a call could go where no include does.
 * `sources` maps paths from src/native to their texts.
 */
export function violations(sources: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const edges = new Map<string, Set<string>>();
  for (const [path, source] of sources) {
    const folder = dirname(path);
    const allowed = ladder[folder];
    if (allowed === undefined) {
      found.push(`${path}: it stands in no folder of the ladder`);
      continue;
    }
    const targets = edges.get(moduleOf(path)) ?? new Set();
    edges.set(moduleOf(path), targets);
    for (const included of includesOf(source)) {
      const target = dirname(included);
      if (!sources.has(included)) {
        found.push(`${path}: includes ${included}, which is not a path from src/native`);
      } else if (target !== folder && !allowed.includes(target)) {
        found.push(`${path}: ${folder} includes ${target}, allowed are ${allowed.join(", ")}`);
      }
      if (moduleOf(included) !== moduleOf(path)) targets.add(moduleOf(included));
    }
    if (path.endsWith(".c")) found.push(...undeclared(path, source, sources));
  }
  return [...found, ...cycles(edges)];
}

function undeclared(path: string, source: string, sources: ReadonlyMap<string, string>): string[] {
  const headers = [`${moduleOf(path)}.h`, path.replace(/\.c$/, ".h")];
  const declared = withoutComments(headers.map((name) => sources.get(name) ?? "").join("\n"));
  return definedIn(source)
    .filter((name) => !entries.includes(name))
    .filter((name) => !new RegExp(`\\b${name}\\(`).test(declared))
    .map((name) => `${path}: ${name} is not declared in ${basename(moduleOf(path))}.h`);
}

/** Each cycle once, from the first of its modules in alphabetical order. */
function cycles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (module: string): void => {
    const start = trail.indexOf(module);
    if (start >= 0) {
      const ring = trail.slice(start);
      const first = ring.indexOf([...ring].sort()[0]!);
      const turned = [...ring.slice(first), ...ring.slice(0, first), ring[first]];
      found.add(`cycle: ${turned.join(" -> ")}`);
    }
    if (start >= 0 || done.has(module)) return;
    trail.push(module);
    for (const next of edges.get(module) ?? []) visit(next);
    trail.pop();
    done.add(module);
  };
  for (const module of edges.keys()) visit(module);
  return [...found];
}

/** Which tests can reach a source at all, so that no other is started. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const specifier = /(?:from|import\(|import)\s*"(\.[^"]+)"/g;

/** Files that `path` imports, itself included, however far away. */
function closure(path: string, known: Map<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    waiting.push(...importsOf(next, known));
  }
  return reached;
}

function importsOf(path: string, known: Map<string, readonly string[]>): readonly string[] {
  const cached = known.get(path);
  if (cached !== undefined) return cached;
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const found = [...text.matchAll(specifier)].map(([, to]) => join(dirname(path), to!));
  known.set(path, found);
  return found;
}

export function reaching(
  root: string,
  tests: readonly string[],
  sources: readonly string[],
): string[] {
  const known = new Map<string, readonly string[]>();
  return tests.filter((test) => {
    const reached = closure(join(root, test), known);
    return sources.some((source) => reached.has(join(root, source)));
  });
}

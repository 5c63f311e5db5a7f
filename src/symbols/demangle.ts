/** Demangles names. */
import { spawnSync } from "node:child_process";
import { demangleRustLegacy } from "./rust-legacy.ts";
import { demangleRustV0 } from "./rust-v0.ts";

/** Undefined for a name that is not a mangled Rust name. */
export function demangleRust(name: string): string | undefined {
  return name.startsWith("_R") ? demangleRustV0(name) : demangleRustLegacy(name);
}

/** Demangles Rust names here and C++ names with binutils' c++filt; other names are returned unchanged. */
export function demangleAll(names: readonly string[]): Map<string, string> {
  const plain = new Map<string, string>();
  const rest: string[] = [];
  for (const name of new Set(names)) {
    const rust = demangleRust(name);
    if (rust !== undefined) plain.set(name, rust);
    else if (/^_Z\w+$/.test(name)) rest.push(name);
  }
  if (rest.length === 0) return plain;
  const filter = spawnSync("c++filt", [], {
    input: `${rest.join("\n")}\n`,
    encoding: "utf8",
    timeout: 10_000,
    maxBuffer: 1 << 28,
  });
  const lines = filter.status === 0 ? filter.stdout.split("\n") : [];
  if (lines.length === rest.length + 1) {
    for (const [i, name] of rest.entries()) plain.set(name, lines[i] ?? name);
  }
  return plain;
}

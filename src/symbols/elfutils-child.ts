/**
 * A process of its own that asks libdw, so that a malicious file can end nothing else.
 *
 * It reads a ChildRequest from its input and writes one ChildLine a line; a line that begins a file
 * without one that ends it means that the file ended the process.
 */
import { readFileSync, writeSync } from "node:fs";
import { openDemangler } from "../ffi/demangle.ts";
import { type DebugModule, Elfutils } from "../ffi/elfutils.ts";
import { demangleRust } from "./demangle.ts";
import type { ChildLine, ChildRequest } from "./elfutils.ts";
import type { SourceFrame } from "./lookup.ts";

const demangleCxx = openDemangler();
const plainNames = new Map<string, string>();

function plainName(name: string): string {
  let plain = plainNames.get(name);
  if (plain === undefined) {
    plain = demangleRust(name) ?? demangleCxx?.(name) ?? name;
    plainNames.set(name, plain);
  }
  return plain;
}

function say(line: ChildLine): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}

function lookUp(module: DebugModule, address: number): SourceFrame[] {
  if (address < 0) return [];
  return module
    .lookUp(address)
    .map(({ name, file, line }) => ({ name: name && plainName(name), file, line }));
}

function answer(elfutils: Elfutils, path: string, addresses: readonly number[]): ChildLine {
  let module: DebugModule;
  try {
    module = elfutils.open(path);
  } catch (error) {
    return { failed: (error as Error).message };
  }
  const frames = addresses.map((address) => lookUp(module, address));
  module.close();
  return { frames };
}

function main(): void {
  const request = JSON.parse(readFileSync(0, "utf8")) as ChildRequest;
  let elfutils: Elfutils;
  try {
    elfutils = new Elfutils(request.debugPath);
  } catch (error) {
    say({ unavailable: (error as Error).message });
    return;
  }
  for (const [index, { path, addresses }] of request.files.entries()) {
    say({ begin: index });
    say(answer(elfutils, path, addresses));
  }
}

main();

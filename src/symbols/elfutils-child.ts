/**
 * The process in which libdw runs, so that a malicious file can crash nothing else.
 *
 * It reads a ChildRequest from its input and writes one ChildLine a line; a line that begins a file
 * without one that ends it means that the file ended the process.
 */
import { readFileSync, writeSync } from "node:fs";
import { openDemangler } from "../ffi/demangle.ts";
import { type DebugModule, Elfutils, type SymbolNames } from "../ffi/elfutils.ts";
import { demangleRust } from "./demangle.ts";
import { openElf } from "./elf-file.ts";
import { SymbolTable } from "./elf-symbols.ts";
import type { ChildLine, ChildRequest } from "./elfutils.ts";
import type { FileQuery, SourceFrame } from "./lookup.ts";

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

/** Undefined where no table can be read: libdw knows packed ones too. */
function symbolNames(paths: readonly string[]): SymbolNames | undefined {
  for (const path of paths) {
    const file = openElf(path);
    if ("reason" in file) continue;
    const table = SymbolTable.read(file.source, file.image);
    // The file stays open for the names; this process ends soon.
    if (table.size > 0) return (address) => table.nameOf(address);
    file.close();
  }
  return undefined;
}

function answer(elfutils: Elfutils, { path, debugPath, addresses }: FileQuery): ChildLine {
  let module: DebugModule;
  try {
    module = elfutils.open(path, symbolNames(debugPath === undefined ? [path] : [debugPath, path]));
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
  for (const [index, file] of request.files.entries()) {
    say({ begin: index });
    say(answer(elfutils, file));
  }
}

main();

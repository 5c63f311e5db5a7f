/** Resolves addresses in recorded files to functions: finds the right file on disk and a tool that reads it. */
import { askAddr2line } from "./addr2line.ts";
import { debugFileByBuildId, debugFileByLink, defaultDebugFolder } from "./debug-file.ts";
import { demangleAll } from "./demangle.ts";
import { segmentTypes } from "./elf.ts";
import { type ElfFile, openElf } from "./elf-file.ts";
import { SymbolTable } from "./elf-symbols.ts";
import { askElfutils } from "./elfutils.ts";
import type { FileAnswer, FileQuery, SourceFrame } from "./lookup.ts";

/** A file as a recording names it, and ELF virtual addresses in it. */
export interface ModuleQuery {
  readonly path: string;
  /** Hexadecimal; empty when the file had none; undefined when it was not read. */
  readonly buildId: string | undefined;
  /** Without a build-id: a file changed after this Unix time is not the recorded one. */
  readonly unchangedSinceMillis?: number | undefined;
  readonly addresses: readonly number[];
  /** The addresses are file offsets, as in maps, rather than ELF virtual addresses. */
  readonly areFileOffsets?: boolean | undefined;
}

/** Readers of debug information, the best first; a caller names the first one to try. */
export type SymbolReader = "elfutils" | "addr2line" | "own";

export interface SymbolOptions {
  /** Searched before /usr/lib/debug. */
  readonly debugFolders?: readonly string[] | undefined;
  readonly reader?: SymbolReader | undefined;
}

export type ModuleState = "read" | "missing" | "changed" | "unreadable";

export interface ModuleAnswer {
  readonly state: ModuleState;
  /** The end of a sentence about the file; absent when all is well. */
  readonly reason?: string | undefined;
  /** For each address in the order of the query; empty where nothing is known. */
  readonly frames: readonly (readonly SourceFrame[])[];
}

/** The file to read for a query, or the state when there is none. */
interface Choice {
  readonly state: ModuleState;
  readonly reason?: string | undefined;
  readonly file?: FileQuery | undefined;
}

/** Never throws for a file's contents: `state` and `reason` describe the problem. */
export function symbolise(
  queries: readonly ModuleQuery[],
  options: SymbolOptions = {},
): ModuleAnswer[] {
  const folders = [...(options.debugFolders ?? []), defaultDebugFolder];
  const choices = queries.map((query) => chooseFile(query, folders));
  const files = choices.flatMap(({ file }) => file ?? []);
  const answers = readFiles(files, folders, options.reader ?? "elfutils");
  return choices.map(({ state, reason, file }, index) => {
    const answer = file && answers.get(file);
    const nothing = (queries[index]?.addresses ?? []).map(() => []);
    if (answer === undefined) return { state, reason, frames: nothing };
    if ("frames" in answer) return { state, reason: reason ?? answer.note, frames: answer.frames };
    return { state: "unreadable", reason: answer.reason, frames: nothing };
  });
}

function chooseFile(query: ModuleQuery, folders: readonly string[]): Choice {
  const { path, addresses, buildId } = query;
  const file = openElf(path);
  if ("reason" in file) {
    const state = file.isMissing ? "missing" : "unreadable";
    return { state, reason: file.reason, file: orphanDebugFile(query, folders) };
  }
  try {
    const change = changeOf(query, file);
    if (change !== undefined) {
      return { state: "changed", reason: change, file: orphanDebugFile(query, folders) };
    }
    const id = buildId ?? file.image.buildId;
    const debug = debugFileByBuildId(id, folders) ?? debugFileByLink(file, folders);
    debug?.close();
    const reason = file.image.damage;
    const asked = query.areFileOffsets === true ? virtualAddresses(file, addresses) : addresses;
    return { state: "read", reason, file: { path, debugPath: debug?.path, addresses: asked } };
  } finally {
    file.close();
  }
}

/** ELF virtual addresses of file offsets; -1, which is in no function, for offsets that are not loaded. */
function virtualAddresses({ image }: ElfFile, offsets: readonly number[]): number[] {
  return offsets.map((at) => {
    const segment = image.segments.find(
      ({ type, offset, fileBytes }) =>
        type === segmentTypes.load && offset <= at && at < offset + fileBytes,
    );
    return segment === undefined ? -1 : at - segment.offset + segment.address;
  });
}

/** How the file differs from the recorded one; undefined when it does not. */
function changeOf(query: ModuleQuery, { image, changedAtMillis }: ElfFile): string | undefined {
  const { buildId, unchangedSinceMillis } = query;
  const now = image.buildId === "" ? "none" : image.buildId;
  const difference = `it was changed since: its build-id was ${buildId || "none"} and is ${now}`;
  if (buildId) return buildId === image.buildId ? undefined : difference;
  // Without a build-id, an unchanged file counts as the same.
  if (unchangedSinceMillis !== undefined) {
    return changedAtMillis > unchangedSinceMillis ? "it was changed since" : undefined;
  }
  return buildId === "" && image.buildId !== "" ? difference : undefined;
}

/** Debug information of a deleted file is still exact when the build-id is the same. */
function orphanDebugFile(
  { buildId, addresses }: ModuleQuery,
  folders: readonly string[],
): FileQuery | undefined {
  const debug = debugFileByBuildId(buildId ?? "", folders);
  debug?.close();
  return debug && { path: debug.path, debugPath: debug.path, addresses };
}

type NotedAnswer = FileAnswer & { readonly note?: string };

function readFiles(
  files: readonly FileQuery[],
  folders: readonly string[],
  first: SymbolReader,
): Map<FileQuery, NotedAnswer> {
  const answers = new Map<FileQuery, NotedAnswer>();
  if (files.length === 0) return answers;
  const byElfutils = first === "elfutils" ? askElfutils(files, folders) : undefined;
  for (const [index, file] of files.entries()) {
    answers.set(file, readFile(file, byElfutils?.[index], first));
  }
  return answers;
}

/** Each reader gets the files that the ones before it could not read; the first reason is kept. */
function readFile(
  file: FileQuery,
  byElfutils: FileAnswer | undefined,
  first: SymbolReader,
): NotedAnswer {
  if (byElfutils !== undefined && "frames" in byElfutils) return byElfutils;
  const byAddr2line = byElfutils === undefined && first !== "own" ? askAddr2line(file) : undefined;
  if (byAddr2line !== undefined && "frames" in byAddr2line) return byAddr2line;
  const failed = byElfutils ?? byAddr2line;
  const own = readSymbols(file);
  if (failed === undefined || !("reason" in failed)) return own;
  return "frames" in own && own.frames.some((frames) => frames.length > 0)
    ? { ...own, note: failed.reason }
    : failed;
}

/** Names alone, from the symbol table of the debug file, else of the file. */
export function readSymbols({ path, debugPath, addresses }: FileQuery): FileAnswer {
  let reason = "it has no symbols";
  for (const place of debugPath === undefined ? [path] : [debugPath, path]) {
    const file = openElf(place);
    if ("reason" in file) {
      reason = file.reason;
      continue;
    }
    try {
      const table = SymbolTable.read(file.source, file.image);
      if (table.size > 0) return { frames: namesIn(table, addresses) };
      reason = file.image.damage ?? reason;
    } finally {
      file.close();
    }
  }
  return { reason };
}

function namesIn(table: SymbolTable, addresses: readonly number[]): SourceFrame[][] {
  const names = addresses.map((address) => table.nameOf(address));
  const plain = demangleAll(names.flatMap((name) => name ?? []));
  return names.map((name) => (name === undefined ? [] : [{ name: plain.get(name) ?? name }]));
}

/** The request and the result of an address look-up, whichever tool does it. */

/** One function at an address. There are several when functions were inlined. */
export interface SourceFrame {
  /** Demangled where that is possible; undefined when nothing names it. */
  readonly name?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

/** A file and the ELF virtual addresses in it that are asked about. */
export interface FileQuery {
  readonly path: string;
  /** Its own debug file where one was found; programs that search by themselves do not need it. */
  readonly debugPath?: string | undefined;
  readonly addresses: readonly number[];
}

/** For each address the functions there, the innermost first; or why the file was not read. */
export type FileAnswer =
  | { readonly frames: readonly (readonly SourceFrame[])[] }
  | { readonly reason: string };

/** Directories with debug files in elfutils' notation: beside the file, in .debug, and in each folder. */
export function elfutilsPath(folders: readonly string[]): string {
  return ["", ".debug", ...folders].join(":");
}

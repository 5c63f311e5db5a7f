/** A function at a place in code, and how people read it. */

import { printable } from "../base/printable.ts";
import { baseName } from "../base/program.ts";
import { formatHex } from "../base/units.ts";
import type { SourceFrame } from "../symbols/lookup.ts";

export interface CodeFrame {
  readonly function?: string | undefined;
  /** As the compiler noted it. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** Path of the file with the code; empty for memory without a file, where a runtime put its code. */
  readonly module: string;
  /** ELF virtual address in the module; the address itself where there is none. */
  readonly offset: number;
  /** It was inlined into the function of the next frame. */
  readonly isInlined: boolean;
}

/** The frames of one address, the innermost first; one without a name when nothing is known. */
export function codeFrames(
  found: readonly SourceFrame[],
  module: string,
  offset: number,
): CodeFrame[] {
  if (found.length === 0) return [{ module, offset, isInlined: false }];
  return found.map(({ name, file, line }, i) => ({
    function: name,
    file,
    line,
    module,
    offset,
    isInlined: i < found.length - 1,
  }));
}

/** `list_resize (listobject.c:76)`, else `list_resize`, else `libfoo.so.1+0x12a0`, else the address. */
export function frameName(frame: CodeFrame): string {
  const { file, line } = frame;
  const name = functionName(frame);
  if (frame.function === undefined || file === undefined) return name;
  return `${name} (${printable(baseName(file))}${line === undefined ? "" : `:${line}`})`;
}

/** `list_resize`, else `libfoo.so.1+0x12a0`, else the address. */
export function functionName({ function: name, module, offset }: CodeFrame): string {
  if (name !== undefined) return printable(withoutParameters(name));
  return module === "" ? formatHex(offset) : `${printable(baseName(module))}+${formatHex(offset)}`;
}

const qualifiers = /\)(?: const| volatile| &| &&| noexcept| \[clone [^\]]*\])*$/;

/** A C++ name without the list of parameters at its end: `store::Pile<char>::reserve`. */
export function withoutParameters(name: string): string {
  const end = qualifiers.exec(name)?.index;
  if (end === undefined) return name;
  let depth = 0;
  for (let at = end; at > 0; at -= 1) {
    if (name[at] === ")") depth += 1;
    else if (name[at] === "(") depth -= 1;
    if (depth === 0) return name.slice(0, at);
  }
  return name;
}

/** A frame as JSON has it: what is not known is left out. */
export interface FrameJson {
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
  readonly module?: string;
  /** Hexadecimal text. */
  readonly offset: string;
  readonly inlined?: true;
}

export function frameJson(frame: CodeFrame): FrameJson {
  const { function: name, file, line, module, offset, isInlined } = frame;
  return {
    ...(name === undefined ? {} : { function: name }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(module === "" ? {} : { module }),
    offset: formatHex(offset),
    ...(isInlined ? { inlined: true } : {}),
  };
}

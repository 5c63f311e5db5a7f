/** Functions, files and lines of ELF files through elfutils' libdw, where it is installed. A damaged file can crash the process: see symbols/. */
import koffi from "koffi";
import { DwarfUnit } from "./dwarf-unit.ts";
import { attributeBytes, attributes, declareLibdw, dieBytes, type Libdw, tags } from "./libdw.ts";

/** One function at an address. There are several when functions were inlined. */
export interface DebugFrame {
  /** As the compiler wrote it, mangled where the language does that; undefined when nothing names it. */
  readonly name?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

export type SymbolNames = (address: number) => string | undefined;

/** Bytes of a GElf_Sym, which libdw writes whether it is wanted or not. */
const symbolBytes = 24;

/** libdw and what it needs of libc. */
export class Elfutils {
  readonly #dw: Libdw;
  readonly #callbacks: bigint;
  readonly #free: (pointer: bigint) => void;

  /** `debugPath` is libdwfl's list of directories with debug files (elfutils/libdwfl.h, debuginfo_path). Throws when libdw cannot be loaded. */
  constructor(debugPath: string) {
    const lib = koffi.load("libdw.so.1");
    const libc = koffi.load("libc.so.6");
    this.#dw = declareLibdw(lib);
    const free = libc.func("void free(void *)");
    this.#free = (pointer) => void free(pointer);
    const path = libc.func("void *strdup(const char *)")(debugPath) as bigint;
    const pathCell = koffi.alloc("void *", 1) as bigint;
    koffi.encode(pathCell, "void *", path);
    // Dwfl_Callbacks: find_elf, find_debuginfo, section_address, debuginfo_path. It must outlive every session.
    this.#callbacks = koffi.alloc("void *", 4) as bigint;
    koffi.encode(this.#callbacks, koffi.array("void *", 4), [
      null,
      lib.symbol("dwfl_standard_find_debuginfo", "void *"),
      lib.symbol("dwfl_offline_section_address", "void *"),
      pathCell,
    ]);
  }

  /**
   * Opens an ELF file with its debug information. Throws an Error with libdw's own words.
   * `nameAt` gives the symbol at an ELF virtual address: libdw would read all of them for each one.
   */
  open(path: string, nameAt?: SymbolNames): DebugModule {
    const session = this.#dw.begin(this.#callbacks) as bigint | null;
    if (session === null) throw new Error(this.#message());
    const module = this.#dw.report(session, path, path, -1) as bigint | null;
    if (module === null || this.#dw.reported(session, null, null) !== 0) {
      const message = this.#message();
      this.#dw.end(session);
      throw new Error(message);
    }
    return new DebugModule(this.#dw, this.#free, session, module, nameAt);
  }

  #message(): string {
    return String(this.#dw.message(this.#dw.error()) ?? "libdw gives no reason");
  }
}

/** An open file. Not to be used after `close`. */
export class DebugModule {
  readonly #dw: Libdw;
  readonly #free: (pointer: bigint) => void;
  readonly #session: bigint;
  readonly #module: bigint;
  readonly #nameAt: SymbolNames | undefined;
  /** What libdw adds to addresses of the file. */
  readonly #bias: bigint;
  /** By the address of the unit's entry, which stays where it is while the file is open. */
  readonly #units = new Map<bigint, DwarfUnit>();

  constructor(
    dw: Libdw,
    free: (pointer: bigint) => void,
    session: bigint,
    module: bigint,
    nameAt?: SymbolNames,
  ) {
    this.#dw = dw;
    this.#free = free;
    this.#session = session;
    this.#module = module;
    this.#nameAt = nameAt;
    const bias = [0];
    const elf = dw.elfOf(module, bias) as bigint | null;
    this.#bias = BigInt(bias[0] ?? 0);
    if (elf === null) {
      const message = String(dw.message(dw.error()) ?? "libdw gives no reason");
      this.close();
      throw new Error(message);
    }
  }

  close(): void {
    this.#dw.end(this.#session);
  }

  /** The functions at an ELF virtual address, the innermost first; none when nothing is known. */
  lookUp(address: number): DebugFrame[] {
    const at = BigInt(address) + this.#bias;
    const here = this.#sourceLine(at);
    const frames = this.#functions(at, here);
    if (frames.length > 0) return frames;
    const name = this.#symbolName(at);
    return name === undefined && here.file === undefined ? [] : [{ name, ...here }];
  }

  #symbolName(at: bigint): string | undefined {
    if (this.#nameAt !== undefined) return this.#nameAt(Number(at - this.#bias));
    const offset = [0];
    const symbol = new Uint8Array(symbolBytes);
    const asked = [this.#module, at, offset, symbol, null, null, null] as const;
    const name = this.#dw.symbol(...asked) as string | null;
    return name ?? undefined;
  }

  #sourceLine(at: bigint): Pick<DebugFrame, "file" | "line"> {
    const line = this.#dw.line(this.#module, at) as bigint | null;
    if (line === null) return {};
    const number = [0];
    const file = this.#dw.lineInfo(line, null, number, null, null, null) as string | null;
    if (file === null) return {};
    return { file, line: number[0] || undefined };
  }

  #functions(at: bigint, here: Pick<DebugFrame, "file" | "line">): DebugFrame[] {
    const bias = [0];
    const unit = this.#dw.unit(this.#module, at, bias) as bigint | null;
    if (unit === null) return [];
    const chain = this.#chain(unit, at - BigInt(bias[0] ?? 0));
    const frames: DebugFrame[] = [];
    let place = here;
    for (const die of chain) {
      const tag = this.#dw.tag(die) as number;
      if (tag !== tags.inlined && tag !== tags.subprogram) continue;
      frames.push({ name: this.#nameOf(die), ...place });
      if (tag === tags.subprogram) break;
      place = this.#callPlace(unit, die);
    }
    const outermost = frames.at(-1);
    if (outermost !== undefined && outermost.name === undefined) {
      frames[frames.length - 1] = { ...outermost, name: this.#symbolName(at) };
    }
    return frames;
  }

  /** The entries around an address, the innermost first, up to the function that is not inlined. */
  #chain(unit: bigint, at: bigint): readonly Uint8Array[] {
    let known = this.#units.get(unit);
    if (known === undefined) {
      known = new DwarfUnit(this.#dw, unit);
      this.#units.set(unit, known);
    }
    const chain = known.chain(at);
    if (chain.length > 0) return chain;
    // A function inside a type or another function: libdw searches the whole unit.
    const innermost = this.#scopes((out) => this.#dw.scopes(unit, at, out))[0];
    if (innermost === undefined) return [];
    // The scopes of an inlined function lead into its declaration; those of its entry lead to its caller.
    return this.#scopes((out) => this.#dw.scopesOfDie(innermost, out));
  }

  /** Copies of the entries, since the list itself is libc's memory. */
  #scopes(ask: (out: (bigint | null)[]) => number): Uint8Array[] {
    const out: (bigint | null)[] = [null];
    const count = ask(out);
    const list = out[0];
    if (count <= 0 || list === null || list === undefined) return [];
    const bytes = new Uint8Array(koffi.view(list, count * dieBytes) as ArrayBuffer).slice();
    this.#free(list);
    return Array.from({ length: count }, (_, i) => bytes.slice(i * dieBytes, (i + 1) * dieBytes));
  }

  #nameOf(die: Uint8Array): string | undefined {
    for (const code of [attributes.linkageName, attributes.mipsLinkageName]) {
      const attribute = this.#attribute(die, code);
      const name = attribute && (this.#dw.text(attribute) as string | null);
      if (name) return name;
    }
    return (this.#dw.dieName(die) as string | null) ?? undefined;
  }

  #callPlace(unit: bigint, die: Uint8Array): Pick<DebugFrame, "file" | "line"> {
    // 0: the compiler knows no line.
    const line = this.#numberOf(die, attributes.callLine) || undefined;
    const index = this.#numberOf(die, attributes.callFile);
    if (index === undefined) return { line };
    const files: (bigint | null)[] = [null];
    const count = [0];
    if (this.#dw.files(unit, files, count) !== 0 || index >= (count[0] ?? 0)) return { line };
    return { file: (this.#dw.file(files[0], index, null, null) as string) ?? undefined, line };
  }

  #numberOf(die: Uint8Array, code: number): number | undefined {
    const attribute = this.#attribute(die, code);
    const value: (number | bigint)[] = [0];
    if (attribute === undefined || this.#dw.number(attribute, value) !== 0) return undefined;
    return Number(value[0]);
  }

  #attribute(die: Uint8Array, code: number): Uint8Array | undefined {
    const attribute = new Uint8Array(attributeBytes);
    return this.#dw.attribute(die, code, attribute) === null ? undefined : attribute;
  }
}

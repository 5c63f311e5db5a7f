/** Compiles the programs of fixtures/stacks, each time anew: a test may damage what it gets. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "./programs.ts";

export const stackSources = join(projectRoot, "fixtures", "stacks");

/** A folder for programs and databases, and a compiler that puts its output there. */
export class StackPrograms {
  readonly folder = mkdtempSync(join(tmpdir(), "maptrail-stacks-"));
  #count = 0;

  /** A path in the folder that nothing has yet. */
  path(name: string): string {
    this.#count += 1;
    return join(this.folder, `${name}-${this.#count}`);
  }

  build(compiler: string, source: string, ...flags: string[]): string {
    const output = this.path(source.replace(/\..*/, ""));
    const libraries = flags.includes("-shared") ? [] : ["-pthread", "-ldl"];
    execFileSync(compiler, [...flags, "-o", output, join(stackSources, source), ...libraries]);
    return output;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** By the symbol table, which nobody in the recorder reads. */
export function functionsAt(program: string, addresses: readonly string[]): string[] {
  const text = execFileSync("addr2line", ["-f", "-e", program, ...addresses], { encoding: "utf8" });
  return text.split("\n").filter((_, i) => i % 2 === 0 && i < addresses.length * 2);
}

/** What ELF addresses of code are ahead of offsets in the file. */
export function codeShift(program: string): number {
  const text = execFileSync("readelf", ["-lW", program], { encoding: "utf8" });
  const code = /LOAD +(0x[0-9a-f]+) (0x[0-9a-f]+) .* R E /.exec(text);
  return Number(code?.[2]) - Number(code?.[1]);
}

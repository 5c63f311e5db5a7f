/** Builds the programs of fixtures/symbols in the forms that symbolising must cope with. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { readElf } from "../../src/symbols/elf.ts";
import { openElf } from "../../src/symbols/elf-file.ts";
import { projectRoot } from "../helpers/programs.ts";

const sources = join(projectRoot, "fixtures", "symbols");
const folder = mkdtempSync(join(tmpdir(), "maptrail-symbols-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

/** A new folder for this test file, gone at its end. */
export function place(): string {
  count += 1;
  const path = join(folder, String(count));
  mkdirSync(path);
  return path;
}

export function compile(source: string, ...flags: string[]): string {
  const out = join(place(), source.replace(/\..*$/, ""));
  const path = join(sources, source);
  if (source.endsWith(".rs")) {
    // The older mangling is an unstable option by now.
    const env = { ...process.env, RUSTC_BOOTSTRAP: "1" };
    execFileSync("rustc", [...flags, "-o", out, path], { env });
  } else {
    const compiler = source.endsWith(".cpp") ? "g++" : "gcc";
    execFileSync(compiler, ["-Wl,--build-id=sha1", ...flags, "-o", out, path]);
  }
  return out;
}

export function buildIdOf(path: string): string {
  const file = openElf(path);
  if ("reason" in file) throw new Error(`${path}: ${file.reason}`);
  file.close();
  return file.image.buildId;
}

/** Takes the debug information out of a program into `into`, a file's path; the program keeps none. */
export function splitDebug(program: string, into: string): void {
  mkdirSync(dirname(into), { recursive: true });
  execFileSync("objcopy", ["--only-keep-debug", program, into]);
  execFileSync("strip", ["--strip-all", program]);
}

/** Where a directory of debug files has the one of a build-id. */
export function byBuildId(debugFolder: string, buildId: string): string {
  return join(debugFolder, ".build-id", buildId.slice(0, 2), `${buildId.slice(2)}.debug`);
}

export function copyOf(program: string): string {
  const copy = join(place(), "copy");
  copyFileSync(program, copy);
  return copy;
}

/** The bytes as a source of readElf. */
export function elfOf(bytes: Uint8Array): ReturnType<typeof readElf> {
  return readElf({
    lengthBytes: bytes.length,
    read: (offset, lengthBytes) =>
      offset < 0 || offset + lengthBytes > bytes.length
        ? undefined
        : new DataView(bytes.slice(offset, offset + lengthBytes).buffer),
  });
}

/** Addresses of the last bytes of all calls in the program's own functions: what a return address less one is. */
export function callAddresses(program: string, functions: RegExp): number[] {
  const text = execFileSync("objdump", ["-d", "--no-show-raw-insn", "-j", ".text", program], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const found: number[] = [];
  let isWanted = false;
  let afterCall = false;
  for (const line of text.split("\n")) {
    const name = /^[0-9a-f]+ <(.*)>:$/.exec(line)?.[1];
    if (name !== undefined) {
      isWanted = functions.test(name);
      afterCall = false;
    }
    const code = /^\s*([0-9a-f]+):\s+(\S+)/.exec(line);
    if (code === null || !isWanted) continue;
    if (afterCall) found.push(Number.parseInt(code[1]!, 16) - 1);
    afterCall = code[2]!.startsWith("call");
  }
  return found;
}

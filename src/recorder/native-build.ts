/** Compiles the hook and the launcher, once for each version of their sources and of the compiler. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "../base/assert.ts";
import { exitCodes, UserError } from "../base/errors.ts";

/** The folder with the sources, wherever this file was compiled to. */
function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "src", "native", "record.h"))) {
    const parent = dirname(folder);
    assert(parent !== folder, "the package has no src/native folder");
    folder = parent;
  }
  return folder;
}

const packageRoot = findPackageRoot();
const sourceFolder = join(packageRoot, "src", "native");

/** Sources include each other by their path from src/native. */
const commonFlags = ["-O2", "-g", "-Wall", "-Wextra", "-std=gnu11", "-I."];
/**
 * The library runs inside arbitrary processes: no libc at all, no floating point or vector
 * registers (a stub does not save them), no loop turned into a call of memset.
 * initfirst: its constructor runs before those of all other libraries.
 */
const hookFlags = [
  "-shared",
  "-fPIC",
  "-nostdlib",
  "-ffreestanding",
  "-fvisibility=hidden",
  "-mgeneral-regs-only",
  "-fno-tree-loop-distribute-patterns",
  "-fno-stack-protector",
  "-fcf-protection=none",
  "-fasynchronous-unwind-tables",
  "-Wl,-z,initfirst,-z,noseparate-code,-z,nodelete,-z,now,--hash-style=gnu,-soname,maptrail.so",
];

/** What `ensureNative` leaves behind, all in one folder. */
export interface NativeFiles {
  readonly folder: string;
  /** The library that programs are preloaded with. */
  readonly hook: string;
  readonly launcher: string;
  /** An empty 32-bit library, so that 32-bit programs start without a word; absent where cc cannot make one. */
  readonly empty32: string | undefined;
}

function compiler(): string {
  return process.env["CC"] ?? "cc";
}

/** Every file of src/native, by its path in it. */
function sourceFiles(): string[] {
  return readdirSync(sourceFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(sourceFolder, join(entry.parentPath, entry.name)))
    .sort();
}

/** The launcher is a program of its own; it shares exec/ with the hook. */
const isLauncher = (file: string) => file.startsWith("launcher/");
const isShared = (file: string) => file.startsWith("exec/");

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const file of sourceFiles()) {
    hash.update(file).update(readFileSync(join(sourceFolder, file)));
  }
  hash.update(JSON.stringify([commonFlags, hookFlags, compiler(), process.arch]));
  return hash.digest("hex").slice(0, 16);
}

/** The tool's cache folder: $XDG_CACHE_HOME/maptrail, or ~/.cache/maptrail. */
export function cacheFolder(): string {
  const base = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(base, "maptrail");
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function run(args: readonly string[]): void {
  execFileSync(compiler(), args, { cwd: sourceFolder, stdio: ["ignore", "ignore", "pipe"] });
}

function compile(into: string): void {
  const sources = sourceFiles().filter((file) => /\.[cS]$/.test(file));
  const hook = sources.filter((file) => !isLauncher(file));
  const launcher = sources.filter((file) => isLauncher(file) || isShared(file));
  run([...commonFlags, ...hookFlags, "-o", join(into, "maptrail.so"), ...hook]);
  run([...commonFlags, "-o", join(into, "maptrail-launch"), ...launcher]);
  try {
    run(["-m32", "-shared", "-nostdlib", "-o", join(into, "empty32.so"), "-x", "c", "/dev/null"]);
  } catch {
    // A compiler without 32-bit support: 32-bit programs then print a line of their loader's.
  }
}

function describeFailure(error: unknown): UserError {
  const text = String((error as { stderr?: unknown }).stderr ?? "").trim();
  const missing = (error as { code?: unknown }).code === "ENOENT";
  const message = missing
    ? `the C compiler "${compiler()}" was not found`
    : `the hook could not be compiled with "${compiler()}": ${text.split("\n")[0] || String(error)}`;
  return new UserError(message, {
    exitCode: exitCodes.cannotRun,
    hint: "Install a C compiler (Debian: apt-get install gcc libc6-dev), or name one in CC.",
    cause: error,
  });
}

function filesIn(folder: string): NativeFiles {
  const empty32 = join(folder, "empty32.so");
  return {
    folder,
    hook: join(folder, "maptrail.so"),
    launcher: join(folder, "maptrail-launch"),
    empty32: existsSync(empty32) ? empty32 : undefined,
  };
}

/**
 * The hook and the launcher, compiled if necessary: beside the package when that folder is
 * writable, else in the cache folder. Throws a UserError without a C compiler.
 */
export function ensureNative(): NativeFiles {
  const name = fingerprint();
  const places = [join(packageRoot, "build", "native"), join(cacheFolder(), "native")];
  for (const place of places) {
    const folder = join(place, name);
    if (existsSync(join(folder, "maptrail-launch"))) return filesIn(folder);
  }
  const place = isWritable(packageRoot) ? places[0]! : places[1]!;
  const folder = join(place, name);
  const made = join(place, `${name}.${process.pid}`);
  try {
    mkdirSync(made, { recursive: true });
    // Programs that run as another user must be able to load it; it holds no secret.
    for (const path of [made, dirname(made)]) chmodSync(path, 0o755);
    compile(made);
    if (existsSync(folder)) rmSync(made, { recursive: true, force: true });
    else renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (existsSync(join(folder, "maptrail-launch"))) return filesIn(folder);
    throw describeFailure(error);
  }
  return filesIn(folder);
}

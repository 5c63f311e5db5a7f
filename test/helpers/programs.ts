/** Builds the fixture programs, once for each state of their source, into build/programs. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const projectRoot = fileURLToPath(new URL("../..", import.meta.url));
const sources = join(projectRoot, "fixtures", "programs");

export interface BuildOptions {
  /** `musl` needs musl-gcc. */
  readonly libc?: "glibc" | "musl";
  readonly linked?: "dynamically" | "statically";
  /** More for the compiler, as compilerFlags of libcs.ts gives them. */
  readonly flags?: readonly string[];
}

export function programNames(): string[] {
  return readdirSync(sources)
    .filter((file) => file.endsWith(".c"))
    .map((file) => file.slice(0, -2))
    .sort();
}

const builds = new Map<string, Promise<string>>();

async function build(name: string, options: BuildOptions): Promise<string> {
  const compiler = options.libc === "musl" ? "musl-gcc" : (process.env["CC"] ?? "cc");
  const source = join(sources, `${name}.c`);
  const command = [
    compiler,
    ...["-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-D_GNU_SOURCE", "-pthread"],
    ...(options.linked === "statically" ? ["-static"] : []),
    ...(options.flags ?? []),
  ];
  const hash = createHash("sha256").update(JSON.stringify(command));
  for (const file of [source, join(sources, "check.h")]) hash.update(readFileSync(file));
  const program = join(projectRoot, "build", "programs", hash.digest("hex").slice(0, 16), name);
  if (existsSync(program)) return program;
  await mkdir(dirname(program), { recursive: true });
  // Compiled aside and renamed: another test file may be building the same program.
  const folder = await mkdtemp(`${dirname(program)}-`);
  const [cc, ...flags] = command;
  const output = join(folder, name);
  await promisify(execFile)(cc as string, [...flags, "-o", output, source, "-ldl"]);
  await chmod(output, 0o755);
  await rename(output, program);
  await rm(folder, { recursive: true });
  return program;
}

/** Path of the built fixture. Rejects with the compiler's words when it does not compile. */
export function buildProgram(name: string, options: BuildOptions = {}): Promise<string> {
  const key = JSON.stringify([name, options.libc, options.linked, options.flags]);
  const known = builds.get(key);
  if (known !== undefined) return known;
  const started = build(name, options);
  builds.set(key, started);
  return started;
}

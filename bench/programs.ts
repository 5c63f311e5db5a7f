/** Compiles the measured programs, once for each state of their source. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root.ts";

export type ProgramName = "calls" | "threads" | "stacks" | "execs" | "churn" | "paced";

const flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-pthread"];

/** Path of the program. Throws when it does not compile. */
export function benchProgram(name: ProgramName): string {
  const sources = join(packageRoot(), "bench", "programs");
  const compiler = process.env["CC"] ?? "cc";
  const hash = createHash("sha256").update(JSON.stringify([compiler, flags]));
  for (const file of [`${name}.c`, "clock.h"]) hash.update(readFileSync(join(sources, file)));
  const folder = join(packageRoot(), "build", "bench-programs");
  const program = join(folder, `${name}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const made = `${program}.${process.pid}`;
  execFileSync(compiler, [...flags, "-o", made, join(sources, `${name}.c`)], { stdio: "inherit" });
  renameSync(made, program);
  return program;
}

/** Builds the small programs of fixtures/native, which call parts of src/native as they are. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./programs.ts";

const native = join(projectRoot, "src", "native");

/** Compiles `name` with sources of src/native into `folder`; returns the program's path. */
export function buildDriver(
  folder: string,
  name: string,
  sources: readonly string[],
  flags: readonly string[] = [],
): string {
  const output = join(folder, name);
  const files = [
    join(projectRoot, "fixtures", "native", `${name}.c`),
    ...sources.map((source) => join(native, source)),
  ];
  const warnings = ["-Wall", "-Wextra", "-Werror"];
  const options = ["-std=gnu11", "-O1", "-g", ...warnings, ...flags, "-I", native];
  execFileSync(process.env["CC"] ?? "cc", [...options, "-o", output, ...files]);
  return output;
}

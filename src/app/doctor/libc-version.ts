/** The name and version of a C library, from its file. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** `glibc 2.36` or `musl 1.2.3`; `version unknown` when the file has none. */
export function libcVersion(path: string): string {
  if (/^(ld-musl|libc\.musl)/.test(basename(path))) {
    // Called without a program, musl's loader says its version on stderr.
    const { stderr } = spawnSync(path, [], { encoding: "utf8", timeout: 1000 });
    const version = /^Version (\S+)/m.exec(stderr ?? "")?.[1];
    return version === undefined ? "musl, version unknown" : `musl ${version}`;
  }
  try {
    const text = readFileSync(path, "latin1");
    const version = /GNU C Library .{0,80}?release version (\d+\.\d+)/.exec(text)?.[1];
    return version === undefined ? "version unknown" : `glibc ${version}`;
  } catch {
    return "version unknown";
  }
}

/** Other glibc versions beside the installed one: scripts/libcs.sh fetches them into build/libcs. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./programs.ts";
import { run } from "./run.ts";

export interface OtherLibc {
  /** As in `2.31`. */
  readonly version: string;
  /** A tree as in / with that libc, a few programs and headers. */
  readonly root: string;
  readonly loader: string;
  readonly libraries: string;
}

/** Programs that each tree holds, by their path in it. */
export const treePrograms = {
  awk: "usr/bin/mawk",
  perl: "usr/bin/perl",
  python3: "usr/bin/python3",
  sh: "bin/dash",
  sort: "usr/bin/sort",
  sqlite3: "usr/bin/sqlite3",
  xz: "usr/bin/xz",
} as const;

const folder = join(projectRoot, "build", "libcs");

/** Those that were fetched, oldest first. */
export function otherLibcs(): OtherLibc[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+\.\d+$/.test(name))
    .sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)))
    .map((version) => {
      const root = join(folder, version);
      const loader = join(root, "lib64/ld-linux-x86-64.so.2");
      return { version, root, loader, libraries: join(root, "lib/x86_64-linux-gnu") };
    });
}

/** Fetches what is not there yet; undefined, or why it could not be had. */
export async function fetchLibcs(): Promise<string | undefined> {
  const result = await run(["sh", join(projectRoot, "scripts/libcs.sh")], {
    timeoutMillis: 300_000,
  });
  return result.status === 0 ? undefined : result.stderr.trim();
}

/** Runs a tree's own program with its own libc; children that it starts by exec use the machine's. */
export function treeCommand(
  libc: OtherLibc,
  program: keyof typeof treePrograms,
  args: readonly string[],
): string[] {
  return [
    libc.loader,
    "--library-path",
    libc.libraries,
    join(libc.root, treePrograms[program]),
    ...args,
  ];
}

/** Flags with which a fixture is compiled against that libc and started by its loader, directly. */
export function compilerFlags(libc: OtherLibc): string[] {
  return [
    `--sysroot=${libc.root}`,
    `-B${libc.root}/usr/lib/x86_64-linux-gnu`,
    `-L${libc.root}/usr/lib/x86_64-linux-gnu`,
    `-Wl,--dynamic-linker=${libc.loader}`,
    `-Wl,-rpath=${libc.libraries}`,
  ];
}

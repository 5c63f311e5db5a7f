/** Which reader of debug information this machine has. */
import { spawnSync } from "node:child_process";
import { askElfutils, type ElfutilsOptions } from "./elfutils.ts";
import type { SymbolReader } from "./symbolise.ts";

/** The best one that works. */
export function installedReader(options: ElfutilsOptions = {}): SymbolReader {
  const asked = [{ path: process.execPath, addresses: [] }];
  if (askElfutils(asked, [], options) !== undefined) return "elfutils";
  const { status } = spawnSync("addr2line", ["--version"], { stdio: "ignore" });
  return status === 0 ? "addr2line" : "own";
}

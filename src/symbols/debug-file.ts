/** Finds the separate debug information of a file where gdb and elfutils look for it. */

import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { type ElfFile, openElf } from "./elf-file.ts";

export const defaultDebugFolder = "/usr/lib/debug";

/** The debug file for a build-id, verified by its own; undefined when there is none. */
export function debugFileByBuildId(
  buildId: string,
  folders: readonly string[],
): ElfFile | undefined {
  if (!/^[0-9a-f]{4,}$/.test(buildId)) return undefined;
  const name = join(".build-id", buildId.slice(0, 2), `${buildId.slice(2)}.debug`);
  for (const folder of folders) {
    const file = openElf(join(folder, name));
    if ("reason" in file) continue;
    if (file.image.buildId === buildId) return file;
    file.close();
  }
  return undefined;
}

/** The debug file that .gnu_debuglink names, verified by its checksum; undefined when there is none. */
export function debugFileByLink(file: ElfFile, folders: readonly string[]): ElfFile | undefined {
  const link = file.image.debugLink;
  if (link === undefined) return undefined;
  const home = dirname(file.path);
  const places = [
    join(home, link.name),
    join(home, ".debug", link.name),
    ...folders.flatMap((folder) => [join(folder, home, link.name), join(folder, link.name)]),
  ];
  for (const path of places) {
    if (path === file.path) continue;
    const found = openElf(path);
    if ("reason" in found) continue;
    if (checksum(found) === link.crc) return found;
    found.close();
  }
  return undefined;
}

const stepBytes = 1 << 20;

function checksum({ source }: ElfFile): number | undefined {
  let crc = 0;
  for (let at = 0; at < source.lengthBytes; at += stepBytes) {
    const view = source.read(at, Math.min(stepBytes, source.lengthBytes - at));
    if (view === undefined) return undefined;
    crc = crc32(new Uint8Array(view.buffer), crc);
  }
  return crc;
}

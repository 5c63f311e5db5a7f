/** Folders of the benchmark: one in memory, one on disk, removed at the end. */
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const tmpfsMagic = 0x01021994;

function isInMemory(folder: string): boolean {
  try {
    return statfsSync(folder).type === tmpfsMagic;
  } catch {
    return false;
  }
}

/** A folder to measure in, or the reason why there is none. */
export interface Place {
  readonly name: "tmpfs" | "disk";
  readonly folder?: string;
  readonly missing?: string;
}

export interface Places {
  readonly tmpfs: Place;
  readonly disk: Place;
  /** On tmpfs if there is one, so that measurements do not wait for a disk. */
  readonly scratch: string;
  remove(): void;
}

export function makePlaces(): Places {
  const made: string[] = [];
  const make = (name: Place["name"], candidates: readonly string[], wanted: boolean): Place => {
    const found = candidates.find((folder) => isInMemory(folder) === wanted);
    if (found === undefined)
      return { name, missing: `none of ${candidates.join(", ")} is ${name}` };
    const folder = mkdtempSync(join(found, "maptrail-bench-"));
    made.push(folder);
    return { name, folder };
  };
  const tmpfs = make("tmpfs", ["/dev/shm"], true);
  const disk = make("disk", [tmpdir(), "/var/tmp", process.cwd()], false);
  return {
    tmpfs,
    disk,
    scratch: tmpfs.folder ?? disk.folder ?? tmpdir(),
    remove: () => {
      for (const folder of made) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The folder of one run: journals, links to the hook, and the note that `recover` needs after the recorder was killed. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { exitCodes, UserError } from "../base/errors.ts";
import { cacheFolder, type NativeFiles } from "./native-build.ts";

const noteName = "session.json";
/** MT_DIRECTORY_MAX of the hook, less what it appends. */
const longestFolder = 380;
/** A memory file system with less room than this is not used (containers often have 64 MiB). */
const roomInMemory = 1024 ** 3;

/** What `recover` must know; written before the program starts. */
export interface SessionNote {
  readonly version: 1;
  readonly database: string;
  readonly recording: number;
  /** CLOCK_MONOTONIC at the start of the recording, nanoseconds in decimal. */
  readonly monoStart: string;
  readonly recorderPid: number;
}

export interface Session {
  readonly folder: string;
}

/** glibc splits LD_PRELOAD at spaces and colons and has no way to quote them. */
function canHoldPreload(folder: string): boolean {
  return !/[\s:]/.test(folder) && Buffer.byteLength(folder) < longestFolder;
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

/** Where journals go by default: in memory when there is room, else beside the database. */
export function journalPlace(database: string): string {
  if (freeBytes("/dev/shm") >= roomInMemory) return "/dev/shm";
  const beside = dirname(resolve(database));
  return canHoldPreload(join(beside, "maptrail-journal-XXXXXX")) ? beside : tmpdir();
}

/** The loader's $LIB: Debian's, the usual one, and Arch's; 32-bit likewise; musl takes it literally. */
const folders64 = ["$LIB", "lib/x86_64-linux-gnu", "lib64", "lib"];
const folders32 = ["lib/i386-linux-gnu", "lib32"];

function linkLibraries(folder: string, native: NativeFiles): void {
  const link = (place: string, target: string): void => {
    mkdirSync(join(folder, place), { recursive: true, mode: 0o700 });
    symlinkSync(target, join(folder, place, "maptrail.so"));
  };
  for (const place of folders64) link(place, native.hook);
  if (native.empty32 !== undefined) for (const place of folders32) link(place, native.empty32);
}

/** How much of each call's stack is kept; the hook reads the word's first letter. */
export const stackModes = ["none", "caller", "fp", "unwind"] as const;
export type StackMode = (typeof stackModes)[number];

/** Makes the folder, 0700, under `place`, with links to the hook and to the cache of known sites. */
export function createSession(place: string, native: NativeFiles, stacks: StackMode): Session {
  let folder: string;
  try {
    folder = mkdtempSync(join(resolve(place), "maptrail-journal-"));
    chmodSync(folder, 0o700);
  } catch (error) {
    throw new UserError(
      `no journal folder can be made in "${place}": ${(error as Error).message}`,
      {
        exitCode: exitCodes.cannotRun,
        hint: "Name a folder that you can write to with --journal DIR.",
        cause: error,
      },
    );
  }
  if (!canHoldPreload(folder)) {
    rmSync(folder, { recursive: true, force: true });
    throw new UserError(
      `the journal folder "${folder}" has a space or a colon in its path, or is too long`,
      {
        hint: "The loader cannot preload a library from there; name another place with --journal DIR.",
      },
    );
  }
  linkLibraries(folder, native);
  symlinkSync(stacks, join(folder, "stacks"));
  const sites = join(cacheFolder(), "sites");
  try {
    mkdirSync(sites, { recursive: true, mode: 0o700 });
    symlinkSync(sites, join(folder, "sites"));
  } catch {
    mkdirSync(join(folder, "sites"), { mode: 0o700 });
  }
  return { folder };
}

export function writeNote(session: Session, note: SessionNote): void {
  writeFileSync(join(session.folder, noteName), `${JSON.stringify(note)}\n`, {
    mode: 0o600,
    flag: "wx",
  });
}

/** Reads the note of a folder that a recorder left behind. Throws a UserError when it is none. */
export function readNote(folder: string): SessionNote {
  const damaged = (reason: string, cause?: unknown): UserError =>
    new UserError(`"${folder}" is not a journal folder: ${reason}`, {
      exitCode: exitCodes.damagedInput,
      hint: "maptrail recover takes the maptrail-journal-... folder that record left behind.",
      cause,
    });
  let text: string;
  try {
    if (!lstatSync(folder).isDirectory()) throw damaged("it is not a folder");
    text = readFileSync(join(folder, noteName), "utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw damaged((error as Error).message, error);
  }
  try {
    const note = JSON.parse(text) as SessionNote;
    if (note.version !== 1 || typeof note.database !== "string" || !/^\d+$/.test(note.monoStart)) {
      throw damaged(`${noteName} holds ${JSON.stringify(text.slice(0, 80))}`);
    }
    return note;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw damaged(`${noteName} is not whole`, error);
  }
}

export function removeSession(session: Session): void {
  rmSync(session.folder, { recursive: true, force: true });
}

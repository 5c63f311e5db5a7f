/** A recording whose recorder was killed: its session and its unfinished database, to be copied and damaged. */
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { maptrailCommand } from "./maptrail.ts";
import { run } from "./run.ts";

export interface LeftBehind {
  readonly folder: string;
  readonly session: string;
  readonly database: string;
}

function findSession(folder: string): LeftBehind {
  const [name] = readdirSync(join(folder, "journal"));
  if (name === undefined) throw new Error(`${folder} holds no session`);
  return { folder, session: join(folder, "journal", name), database: join(folder, "tape.db") };
}

/**
 * Records `command` as the child of a shell that stops the recorder first and kills it last: all that
 * was recorded is still in the journals.
 */
export async function leaveBehind(folder: string, command: readonly string[]): Promise<LeftBehind> {
  mkdirSync(join(folder, "journal"), { recursive: true });
  const flags = ["-q", "-o", join(folder, "tape.db"), "--journal", join(folder, "journal")];
  const script = 'recorder=$PPID; kill -STOP $recorder; "$@"; kill -KILL $recorder';
  await run(maptrailCommand("record", ...flags, "--", "sh", "-c", script, "sh", ...command));
  return findSession(folder);
}

/** A copy that can be recovered by itself. */
export async function copyLeftBehind(from: LeftBehind, folder: string): Promise<LeftBehind> {
  await mkdir(folder);
  await cp(from.folder, folder, { recursive: true, verbatimSymlinks: true });
  const copy = findSession(folder);
  const note = join(copy.session, "session.json");
  const text = await readFile(note, "utf8");
  await writeFile(note, text.replace(from.database, copy.database));
  return copy;
}

/** The session's journal with the most in it. */
export function largestJournal({ session }: LeftBehind): string {
  const names = readdirSync(session).filter((name) => name.endsWith(".mtj"));
  const sizes = names.map((name) => ({ name, size: statSync(join(session, name)).size }));
  const [largest] = sizes.sort((a, b) => b.size - a.size);
  if (largest === undefined) throw new Error(`${session} holds no journal`);
  return join(session, largest.name);
}

/** The journals of a session's folder: the new ones, the launcher's, and those that never became one. */
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { JournalFile, openJournal } from "./journal-file.ts";
import { type Launch, readLaunch } from "./launcher-journal.ts";

export interface NamedJournal {
  readonly name: string;
  readonly file: JournalFile;
}

/** A file that never became a journal. */
export interface Unopened {
  readonly name: string;
  /** Of the process that made it. */
  readonly pid: number;
  /** What is wrong with its contents; undefined when it is empty: no room, or its process was killed. */
  readonly damage: string | undefined;
}

export class JournalFolder {
  readonly #folder: string;
  readonly #seen = new Set<string>();
  readonly #launchers: string[] = [];

  /** @param done journals that are completely in the log already */
  constructor(folder: string, done: readonly string[] = []) {
    this.#folder = folder;
    for (const name of done) this.#seen.add(name);
    this.remove(done);
  }

  /** Journals that appeared since the last call, in the order in which they were opened. */
  fresh(): NamedJournal[] {
    const found: NamedJournal[] = [];
    for (const name of this.#unseen()) {
      const file = this.#open(name);
      if (file !== undefined) found.push({ name, file });
    }
    return found.sort((a, b) => Number(a.file.header.open.mono - b.file.header.open.mono));
  }

  /**
   * The launcher tries the folders of PATH in turn; its newest journal counts. It is read anew each
   * time, because a failed exec is added to it afterwards.
   */
  launch(): Launch | undefined {
    const launches = this.#launchers.map((path) => readLaunch(readFileSync(path)));
    const known = launches.filter((launch) => launch !== undefined);
    return known.sort((a, b) => Number(b.monoNanos - a.monoNanos))[0];
  }

  unopened(): Unopened[] {
    return this.#unseen().map((name) => {
      const path = join(this.#folder, name);
      const opened = openJournal(path);
      const damage = isBlank(path) || !("reason" in opened) ? undefined : opened.reason;
      return { name, pid: Number.parseInt(name, 10), damage };
    });
  }

  remove(names: readonly string[]): void {
    for (const name of names) rmSync(join(this.#folder, name), { force: true });
  }

  #unseen(): string[] {
    return readdirSync(this.#folder).filter(
      (name) => name.endsWith(".mtj") && !this.#seen.has(name),
    );
  }

  #open(name: string): JournalFile | undefined {
    const path = join(this.#folder, name);
    const file = openJournal(path);
    if (!(file instanceof JournalFile)) {
      // Without a magic number it is being made right now, or its process was killed while making it.
      if (statSync(path, { throwIfNoEntry: false })?.size === 0) JournalFile.giveFirstRoom(path);
      return undefined;
    }
    this.#seen.add(name);
    if (!file.header.features.launcher) return file;
    file.close();
    this.#launchers.push(path);
    return undefined;
  }
}

function isBlank(path: string): boolean {
  return readFileSync(path)
    .subarray(0, 8)
    .every((byte) => byte === 0);
}

/** Which file a record means: its path by key, and the caller's id for (device, inode, path). */
import { devWord, inodeWord, key64, pathWord, unsigned64 } from "../wire/words.ts";

export interface JournalFile {
  readonly dev: number;
  readonly inode: bigint;
  /** undefined when the journal does not hold the path. */
  readonly path: string | undefined;
}

export type FileId = (file: JournalFile) => number;

export class FileTable {
  readonly #fileId: FileId;
  readonly #paths = new Map<string, string>();
  /** Keys whose text never came; kept apart so that a late text still wins. */
  readonly #missing = new Set<string>();
  /** By inode, then one entry per device and key: two files rarely share an inode number. */
  readonly #ids = new Map<number, { words: number[]; id: number }[]>();

  constructor(fileId: FileId, paths: Readonly<Record<string, string>> = {}) {
    this.#fileId = fileId;
    for (const [key, path] of Object.entries(paths)) this.#paths.set(key, path);
  }

  /** All paths known so far, by key; part of what a resumed reader needs. */
  paths(): Record<string, string> {
    return Object.fromEntries(this.#paths);
  }

  setPath(key: string, path: string): void {
    this.#paths.set(key, path);
    if (this.#missing.delete(key)) this.#ids.clear();
  }

  giveUpPath(key: string): void {
    this.#missing.add(key);
  }

  pathOf(key: string): string | undefined {
    return this.#paths.get(key);
  }

  /** The id, or -1 while the record's path is still unknown. */
  idOf(u32: Uint32Array, base: number): number {
    const entries = this.#ids.get(unsigned64(u32, base + inodeWord));
    if (entries !== undefined) {
      for (const { words, id } of entries) {
        if (
          words[0] === u32[base + devWord] &&
          words[1] === u32[base + inodeWord] &&
          words[2] === u32[base + inodeWord + 1] &&
          words[3] === u32[base + pathWord] &&
          words[4] === u32[base + pathWord + 1]
        ) {
          return id;
        }
      }
    }
    return this.#enter(u32, base);
  }

  #enter(u32: Uint32Array, base: number): number {
    const named = u32[base + pathWord] !== 0 || u32[base + pathWord + 1] !== 0;
    const key = key64(u32, base + pathWord);
    const path = named ? this.#paths.get(key) : undefined;
    if (named && path === undefined && !this.#missing.has(key)) return -1;
    const inode = (BigInt(u32[base + inodeWord + 1]!) << 32n) | BigInt(u32[base + inodeWord]!);
    const id = this.#fileId({ dev: u32[base + devWord]!, inode, path });
    const words = [
      u32[base + devWord]!,
      u32[base + inodeWord]!,
      u32[base + inodeWord + 1]!,
      u32[base + pathWord]!,
      u32[base + pathWord + 1]!,
    ];
    const number = unsigned64(u32, base + inodeWord);
    const entries = this.#ids.get(number);
    if (entries === undefined) this.#ids.set(number, [{ words, id }]);
    else entries.push({ words, id });
    return id;
  }
}

/** Decides whether a record whose path is not known yet waits for it, or goes without. */

import type { FileTable } from "../contents/files.ts";
import type { DamageLog } from "../wire/damage.ts";
import type { SlotWindow } from "../wire/slots.ts";
import { key64, pathWord, recordWords } from "../wire/words.ts";
import { findPath } from "./ahead.ts";

export class MissingPath {
  readonly #files: FileTable;
  readonly #damage: DamageLog;
  /** The waiting record, and the feed in which it began to wait. */
  #slot = -1;
  #feed = 0;

  constructor(files: FileTable, damage: DamageLog) {
    this.#files = files;
    this.#damage = damage;
  }

  /**
   * Looks for the path of the record in `slot` among the slots behind it, up to `end`. The text is
   * whole before the record is, so a cursor that was read later must have covered it.
   *
   * @param last there will be no later window
   * @returns false when the record has to wait
   */
  settle(window: SlotWindow, slot: number, end: number, feed: number, last: boolean): boolean {
    const key = key64(window.u32, (slot - window.first) * recordWords + pathWord);
    const path = findPath(window, slot + 1, end, key);
    if (path !== undefined) {
      this.#files.setPath(key, path);
      return true;
    }
    if (last || (this.#slot === slot && this.#feed < feed)) {
      this.#damage.add(slot, "the path of the mapped file is missing");
      this.#files.giveUpPath(key);
      return true;
    }
    if (this.#slot !== slot) {
      this.#slot = slot;
      this.#feed = feed;
    }
    return false;
  }
}

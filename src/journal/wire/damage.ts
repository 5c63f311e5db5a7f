/** Damage in a journal as data: what could not be read, where, and why. */

/** `slot` is -1 when the header or the journal as a whole is meant. */
export interface Damage {
  readonly slot: number;
  readonly reason: string;
}

/** Keeps the first findings and counts the rest, so that a ruined journal cannot fill the memory. */
export class DamageLog {
  static readonly kept = 1000;
  readonly entries: Damage[] = [];
  count = 0;

  add(slot: number, reason: string): void {
    this.count += 1;
    if (this.entries.length < DamageLog.kept) this.entries.push({ slot, reason });
  }
}

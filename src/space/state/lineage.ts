/** The events in the lives of mappings that a replay emits to a listener. */

/** How a mapping came to a range. */
export type Gain =
  /** Found in a maps text: born before its recording began, or unseen. */
  | "found"
  | "mapped"
  | "grown"
  | "moved"
  /** mremap with an old size of 0: a second mapping of the same memory. */
  | "duplicated"
  /** MREMAP_DONTUNMAP: the empty range that a moved mapping leaves. */
  | "left behind";

/** How a mapping lost a range. */
export type Loss =
  | "unmapped"
  /** Another mapping replaced it. */
  | "replaced"
  | "shrunk"
  | "moved"
  | "grown"
  /** A maps text says that it is no longer there. */
  | "not found"
  /** The address space ended. */
  | "ended";

/**
 * Called for every change of a mapping's ranges, in the order of events. Ranges that stay unchanged
 * are not reported; of one that is cut, the part that it lost is.
 */
export interface LineageListener {
  /** `mapping` is in [start, end) from event `seq` on. `parent` is the mapping it came from, or 0. */
  took(
    seq: number,
    mapping: number,
    start: number,
    end: number,
    how: Gain,
    parent: number,
    mode: number,
    backing: number,
  ): void;
  /** `mapping` was in [start, end) from event `since` up to event `seq`. */
  left(seq: number, mapping: number, start: number, end: number, since: number, how: Loss): void;
  /** The piece [start, end) of `mapping` can be accessed in another way from event `seq` on. */
  changed?(seq: number, mapping: number, start: number, end: number, mode: number): void;
}

/** Calls two listeners. Parameters are spelled out because this runs for every change of a space. */
export function teeLineage(one: LineageListener, other: LineageListener): LineageListener {
  return {
    took(seq, mapping, start, end, how, parent, mode, backing) {
      one.took(seq, mapping, start, end, how, parent, mode, backing);
      other.took(seq, mapping, start, end, how, parent, mode, backing);
    },
    left(seq, mapping, start, end, since, how) {
      one.left(seq, mapping, start, end, since, how);
      other.left(seq, mapping, start, end, since, how);
    },
    changed(seq, mapping, start, end, mode) {
      one.changed?.(seq, mapping, start, end, mode);
      other.changed?.(seq, mapping, start, end, mode);
    },
  };
}

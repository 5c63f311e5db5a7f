/** A window over a journal's slots: views of memory that the program may be writing concurrently. */
import { recordBytes } from "./words.ts";

export interface SlotWindow {
  /** Index of the first slot in the window. */
  readonly first: number;
  /** Slots in the window. */
  readonly count: number;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly bytes: Uint8Array;
}

/**
 * A window over `buffer`, without a copy when the offset is aligned to four bytes. Slots that
 * are not wholly inside are left out.
 *
 * @param first index of the slot that begins at byteOffset
 */
export function slotWindow(
  buffer: ArrayBufferLike,
  byteOffset: number,
  byteLength: number,
  first: number,
): SlotWindow {
  const count = Math.max(0, Math.floor(byteLength / recordBytes));
  const length = count * recordBytes;
  const aligned = byteOffset % 4 === 0;
  const source = aligned ? buffer : buffer.slice(byteOffset, byteOffset + length);
  const at = aligned ? byteOffset : 0;
  return {
    first,
    count,
    u32: new Uint32Array(source, at, length / 4),
    i32: new Int32Array(source, at, length / 4),
    bytes: new Uint8Array(source, at, length),
  };
}

/** Typed-array columns that grow by doubling: how analyses keep a row for each of millions of things. */

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** A copy of at least `capacity` rows, the new ones 0. */
export function grown<T extends Column>(column: T, capacity: number): T {
  const bigger = new (column.constructor as new (length: number) => T)(capacity);
  bigger.set(column);
  return bigger;
}

/** The capacity to grow to so that row `row` fits. */
export function roomFor(row: number, capacity: number): number {
  let room = capacity;
  while (room <= row) room *= 2;
  return room;
}

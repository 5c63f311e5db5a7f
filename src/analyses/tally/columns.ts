/** Typed-array columns that grow by doubling, for data with millions of rows. */

type Column = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** A copy with `capacity` rows; the new ones are 0. */
export function grown<T extends Column>(column: T, capacity: number): T {
  const bigger = new (column.constructor as new (length: number) => T)(capacity);
  bigger.set(column);
  return bigger;
}

/** The capacity, doubled until `row` fits. */
export function roomFor(row: number, capacity: number): number {
  let room = capacity;
  while (room <= row) room *= 2;
  return room;
}

/** Adds an item and lets the oldest go when there are too many. */
export function keep<Key, Value>(
  items: Map<Key, Value>,
  key: Key,
  value: Value,
  most: number,
): void {
  items.set(key, value);
  const oldest = items.keys().next().value;
  if (items.size > most && oldest !== undefined) items.delete(oldest);
}

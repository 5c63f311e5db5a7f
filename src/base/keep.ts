/** A small memory: sets the item as the newest, and lets the oldest go when there are more than `most`. */
export function keep<Key, Value>(
  items: Map<Key, Value>,
  key: Key,
  value: Value,
  most: number,
): void {
  items.delete(key);
  items.set(key, value);
  const oldest = items.keys().next();
  if (items.size > most && oldest.done === false) items.delete(oldest.value);
}

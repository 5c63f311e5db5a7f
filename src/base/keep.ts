/** A small cache in a Map: sets the item as the newest and evicts the oldest when there are more than `most`. */
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

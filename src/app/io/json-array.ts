/** JSON arrays as they are printed. */

/** One element a line, so that both a JSON parser and grep can work with it. */
export function jsonArray(elements: readonly string[]): string {
  return elements.length === 0 ? "[]\n" : `[\n${elements.join(",\n")}\n]\n`;
}

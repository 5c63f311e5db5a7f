/** Where quoted strings and brackets end, in bytes. */

const quote = 34;
const open = 40;
const close = 41;
const backslash = 92;

/** Of the string that begins at `at`: the place of its closing quote, or `end`. */
export function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    if (bytes[i] === backslash) i += 1;
    else if (bytes[i] === quote) return i;
  }
  return end;
}

/** The bracket that closes what was opened before `from`; -1 when there is none before `end`. */
export function closingBracket(bytes: Uint8Array, from: number, end: number): number {
  let depth = 0;
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === quote) at = stringEnd(bytes, at, end);
    else if (byte === open || byte === 91 || byte === 123) depth += 1;
    else if (byte === 93 || byte === 125) depth -= 1;
    else if (byte === close) {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return -1;
}

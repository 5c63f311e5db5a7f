/** Text from elsewhere (paths, arguments, names), made safe for a terminal. */

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Control characters as escapes, so that no recorded text can move a cursor or ring a bell; so are
 * bidirectional marks, which can make one name look like another.
 */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.charCodeAt(0).toString(16);
    const written = code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0")}`;
    return escapes[character] ?? written;
  });
}

/** Strings as strace quotes them: C escapes, octal or hexadecimal bytes. */

const simple: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  v: 11,
  f: 12,
  b: 8,
  a: 7,
  e: 27,
};

/** The bytes behind a quoted string's inside (Latin-1 characters), read as UTF-8. */
export function unescapeString(text: string): string {
  if (!text.includes("\\")) return Buffer.from(text, "latin1").toString("utf8");
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "\\") {
      bytes.push(text.charCodeAt(at));
      continue;
    }
    const found = /^\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|(.))/s.exec(text.slice(at, at + 4));
    if (found === null) continue;
    at += found[0].length - 1;
    if (found[1] !== undefined) bytes.push(Number.parseInt(found[1], 8) & 255);
    else if (found[2] !== undefined) bytes.push(Number.parseInt(found[2], 16));
    else bytes.push(simple[found[3]!] ?? found[3]!.charCodeAt(0));
  }
  return Buffer.from(bytes).toString("utf8");
}

const quoted = /"((?:[^"\\]|\\.)*)"(\.\.\.)?/s;

/** The first quoted string of a text; undefined when there is none. */
export function firstString(text: string): string | undefined {
  const inside = quoted.exec(text)?.[1];
  return inside === undefined ? undefined : unescapeString(inside);
}

/** The strings of the first `[...]` of a text: the arguments of an exec. */
export function stringList(text: string): string[] {
  const open = text.indexOf("[");
  if (open < 0) return [];
  const list: string[] = [];
  const item = /\s*(?:"((?:[^"\\]|\\.)*)"(?:\.\.\.)?|\.\.\.)\s*(,|\]|$)/sy;
  item.lastIndex = open + 1;
  for (let match = item.exec(text); match !== null; match = item.exec(text)) {
    if (match[1] !== undefined) list.push(unescapeString(match[1]));
    if (match[2] !== ",") break;
  }
  return list;
}

/** Text with colours taken apart: what it says, and which words have which role. */
import { createStyle, type Role, roleColours } from "../../src/base/style.ts";

export const colours = createStyle({ colour: true, unicode: true });
export const ascii = createStyle({ colour: false, unicode: false });

export interface Painted {
  readonly text: string;
  /** `bad 12`, in the order of the text. */
  readonly roles: readonly string[];
}

export function painted(text: string): Painted {
  const roleOf = (code: string): string =>
    (Object.keys(roleColours) as Role[]).find((role) => roleColours[role] === code) ?? code;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character
  const spans = /\u001b\[([0-9;]+)m(.*?)\u001b\[0m/gs;
  return {
    text: text.replace(spans, "$2"),
    roles: [...text.matchAll(spans)].map(([, code, words]) => `${roleOf(code!)} ${words}`),
  };
}

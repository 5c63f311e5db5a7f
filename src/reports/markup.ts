/** HTML templates that escape all values except markup made here. */

import { printable } from "../base/printable.ts";

/** Markup that needs no escaping. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[] | undefined;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an element or a quoted attribute; control characters are shown as escapes. */
export function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** A template whose values are escaped, except markup and lists of markup. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] ?? "";
  parts.forEach((part, i) => {
    text += textOf(part) + (strings[i + 1] ?? "");
  });
  return new Markup(text);
}

function textOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "number") return String(part);
  return typeof part === "string" ? escaped(part) : part.map(({ text }) => text).join("");
}

/** Text of maptrail's own, with no line break between a number and its unit. */
export function unbroken(sentence: string): string {
  return sentence.replace(/(\d) (?=(?:%|[KMGT]?i?B|[nµm]?s)(?!\w))/g, "$1\u00a0");
}

export const nothing = new Markup("");

/** A value as JSON for a script element: no text in it can end the element. */
export function jsonBlock(value: unknown): Markup {
  const text = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return new Markup(text);
}

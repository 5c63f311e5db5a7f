/** Escapes text for XML, which allows fewer characters than HTML. */

import { printable } from "../base/printable.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Safe between tags and in quoted attributes. Forbidden characters are shown as escapes, lone
 * surrogates as U+FFFD.
 */
export function xmlText(text: string): string {
  return printable(text)
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character]!);
}

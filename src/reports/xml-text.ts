/** Text from elsewhere, made safe for XML, which is stricter than HTML in what it may hold. */

import { printable } from "../base/printable.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Safe between tags and in quoted attributes. What XML may not hold is shown as an escape, half a character as U+FFFD. */
export function xmlText(text: string): string {
  return printable(text)
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character]!);
}

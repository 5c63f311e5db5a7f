/** Pictures taken apart: their words, and their paths with what kind of thing each is. */
import type { Markup } from "../../src/reports/markup.ts";

export interface Drawn {
  readonly title: string;
  readonly caption: string;
  /** Words inside the picture, in their order. */
  readonly words: readonly string[];
  /** `d` by class; of bars the x, y, width and height. */
  readonly shapes: Readonly<Record<string, string>>;
  readonly height: number;
}

export function drawn(markup: Markup | undefined): Drawn | undefined {
  if (markup === undefined) return undefined;
  const { text } = markup;
  const all = (pattern: RegExp) => [...text.matchAll(pattern)];
  const shapes: Record<string, string> = {};
  for (const [, name, d] of all(/<path class="([^"]*)" d="([^"]*)"\/>/g)) shapes[name!] = d!;
  for (const [i, [, name, ...box]] of all(
    /<rect class="([^"]*)" x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"\/>/g,
  ).entries()) {
    shapes[`${name} ${i}`] = box.join(" ");
  }
  return {
    title: all(/aria-label="([^"]*)"><title>\1<\/title>/g)[0]![1]!,
    caption: all(/<figcaption>(.*?)<\/figcaption>/gs)[0]![1]!,
    words: all(/<text[^>]*>([^<]*)/g).map(([, words]) => words!),
    shapes,
    height: Number(all(/viewBox="0 0 500 (\d+)"/g)[0]![1]),
  };
}

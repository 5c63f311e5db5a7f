/** What the tests of pictures read out of their markup: words, and the numbers of paths. */
import type { Markup } from "../../../src/reports/markup.ts";

export interface Drawing {
  readonly title: string;
  readonly caption: string;
  /** Words in the picture, in their order. */
  readonly texts: readonly string[];
  /** `d` of the paths by their class: marks, lines, areas. */
  readonly paths: Readonly<Record<string, string>>;
  /** Widths of the lying bars. */
  readonly widths: readonly number[];
}

function all(text: string, pattern: RegExp): string[][] {
  return [...text.matchAll(pattern)].map(([, ...groups]) => groups as string[]);
}

/** Undefined for nothing. */
export function drawingOf(markup: Markup | undefined): Drawing | undefined {
  if (markup === undefined) return undefined;
  const { text } = markup;
  const paths = all(text, /<path class="([^"]+)" d="([^"]*)"/g) as [string, string][];
  return {
    title: all(text, /aria-label="([^"]*)"/g)[0]?.[0] ?? "",
    caption: all(text, /<figcaption>(.*?)<\/figcaption>/g)[0]?.[0] ?? "",
    texts: all(text, /<text[^>]*>([^<]*)</g).map(([words]) => words!),
    paths: Object.fromEntries(paths),
    widths: all(text, /<rect [^>]*width="([^"]*)"/g).map(([width]) => Number(width)),
  };
}

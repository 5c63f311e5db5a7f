/** How many columns text takes on a terminal: a character takes none, one or two. */
import stringWidth from "string-width";

/**
 * Printable ASCII, Latin letters, punctuation, arrows, mathematical signs, box drawing: one column
 * each, and none of them joins with its neighbour. Nearly all text is of these, and the library's
 * look at a text costs some 10 µs more.
 */
const narrow =
  /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2319\u23ce\u2500-\u25fc]*$/;

const segmenter = new Intl.Segmenter();

/** Columns of the text. Colour codes take none. */
export function displayWidth(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text);
}

/** The text as what a terminal shows in one place: a letter with its marks, an emoji of several parts. */
export function charactersOf(text: string): Iterable<string> {
  if (narrow.test(text)) return text;
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

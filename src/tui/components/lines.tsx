/** A block of ready lines, as wide as the screen. */
import { Text } from "ink";
import { createContext, memo, useContext, useEffect, useState } from "react";
import { type LineBook, marksOf } from "../terminal/line-book.ts";

export const BookContext = createContext<LineBook | undefined>(undefined);

export const Lines = memo(function Lines({ lines }: { readonly lines: readonly string[] }) {
  const book = useContext(BookContext);
  if (book === undefined) throw new Error("lines stand outside of the app");
  const [block] = useState(() => book.open());
  useEffect(() => () => book.close(block), [book, block]);
  book.set(block, lines);
  return lines.length === 0 ? null : <Text>{marksOf(block, lines.length)}</Text>;
});

/** A stdout for Ink: its frames go to the screen, the rest is as the real one has it. */
import type { WriteStream } from "node:tty";
import type { LineBook } from "./terminal/line-book.ts";
import type { Screen } from "./terminal/screen.ts";

/** A mark is one cell wide, and that is all that Ink has to lay out. */
const columns = 1;
const rows = 1000;

/** Ink hears of no resize: the app tells it by drawing anew. */
export function stdoutFor(real: WriteStream, screen: Screen, book: LineBook): WriteStream {
  const write = (frame: string): boolean => {
    screen.draw(book.resolve(frame));
    return true;
  };
  return new Proxy(real, {
    get(target, key) {
      if (key === "columns") return columns;
      if (key === "rows") return rows;
      if (key === "isTTY") return true;
      if (key === "write") return write;
      if (key === "on" || key === "off" || key === "end") return () => target;
      const value: unknown = Reflect.get(target, key, target);
      return value;
    },
  });
}

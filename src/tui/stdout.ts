/** A stdout for Ink that is a Screen where it matters, and the real one else. */
import type { WriteStream } from "node:tty";
import type { Screen } from "./terminal/screen.ts";

/** Ink hears of no resize: the app tells it by drawing anew. */
export function stdoutFor(real: WriteStream, screen: Screen): WriteStream {
  return new Proxy(real, {
    get(target, key) {
      if (key === "columns") return screen.columns;
      if (key === "rows") return screen.rows;
      if (key === "isTTY") return true;
      if (key === "write") return (frame: string) => screen.write(frame);
      if (key === "on" || key === "off" || key === "end") return () => target;
      return Reflect.get(target, key, target) as unknown;
    },
  });
}

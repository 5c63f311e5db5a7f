/** The app in Ink, with a stdin to type into and without a terminal: its frames are kept as text. */
import { PassThrough } from "node:stream";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { ReadStream } from "node:tty";
import { displayWidth } from "../../src/base/display-width.ts";
import { mount } from "../../src/tui/components/mount.tsx";
import type { Session } from "../../src/tui/session/session.ts";
import { type PlacedLines, rowsOf } from "../../src/tui/terminal/rows.ts";

export interface MountedApp {
  /** What a terminal would send. Resolves once the app has read it and drawn. */
  type(text: string): Promise<void>;
  /** The last frame, its rows padded to where their parts begin. */
  frame(): string;
  unmount(): void;
  readonly ended: Promise<void>;
}

export function mountApp(session: Session): MountedApp {
  const stdin = new PassThrough({ encoding: "utf8" });
  let last: readonly PlacedLines[] = [];
  const app = mount(
    session,
    Object.assign(stdin, { isTTY: true }) as unknown as ReadStream,
    (frame) => {
      last = frame;
    },
  );
  return {
    type: async (text) => {
      stdin.write(text);
      // A lone escape is a key only after 30 ms.
      await setTimeout(text.endsWith("\u001b") ? 50 : 0);
      await setImmediate();
    },
    frame: () => textOf(last, session.view.size.rows),
    unmount: () => app.unmount(),
    ended: app.ended,
  };
}

/** A frame as text: moves to a column are written as the blanks that they leave. */
export function textOf(frame: readonly PlacedLines[], rowCount: number): string {
  return rowsOf(frame, rowCount).map(padded).join("\n");
}

function padded(row: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: CHA begins with the escape character
  const [first = "", ...parts] = row.split(/\u001b\[(\d+)G/);
  let text = first;
  for (let i = 0; i < parts.length; i += 2) {
    text += " ".repeat(Math.max(0, Number(parts[i]) - 1 - displayWidth(text))) + parts[i + 1];
  }
  return text;
}

/** Puts the app on a screen. The only file that starts Ink. */
import type { WriteStream } from "node:tty";
import { render } from "ink";
import { App } from "./app.tsx";
import type { Session } from "./session.ts";
import { stdoutFor } from "./stdout.ts";
import { LineBook } from "./terminal/line-book.ts";
import type { Screen } from "./terminal/screen.ts";

/** Returns what takes it off again. `fail` hears of an error in a component. */
export function mount(
  session: Session,
  screen: Screen,
  real: WriteStream,
  fail: (error: unknown) => void,
): () => void {
  const book = new LineBook();
  const ink = render(<App session={session} book={book} />, {
    stdout: stdoutFor(real, screen, book),
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
    isScreenReaderEnabled: false,
  });
  ink.waitUntilExit().catch(fail);
  return () => ink.unmount();
}

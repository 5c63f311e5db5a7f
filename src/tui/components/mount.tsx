/** Starts the app in Ink. The only file that does. */
import { Writable } from "node:stream";
import type { ReadStream } from "node:tty";
import { render } from "ink";
import type { Session } from "../session/session.ts";
import type { PlacedLines } from "../terminal/rows.ts";
import { App } from "./app.tsx";
import { Surface } from "./surface.ts";

interface MountedApp {
  /** Resolves when the user quits; rejects with an error of a component. */
  readonly ended: Promise<void>;
  unmount(): void;
}

/** `draw` is given each frame. */
export function mount(
  session: Session,
  stdin: ReadStream,
  draw: (frame: readonly PlacedLines[]) => void,
): MountedApp {
  const surface = new Surface(draw);
  const ink = render(<App session={session} surface={surface} />, {
    stdin,
    stdout: unseenStdout(),
    onRender: () => surface.paintSoon(),
    // Without the throttle to 30 frames a second.
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
    isScreenReaderEnabled: false,
  });
  return { ended: ink.waitUntilExit().then(() => undefined), unmount: () => ink.unmount() };
}

/** Takes Ink's own frames, which are empty: see Surface. */
function unseenStdout(): NodeJS.WriteStream {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  return Object.assign(stream, { isTTY: true, columns: 80, rows: 24 }) as NodeJS.WriteStream;
}

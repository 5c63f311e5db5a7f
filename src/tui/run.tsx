/** One run of the TUI, from taking the terminal to giving it back. */
import { constants } from "node:os";
import { render } from "ink";
import { parseGoal } from "../app/explore/goto.ts";
import { Tape } from "../app/explore/tape.ts";
import type { Io } from "../app/io.ts";
import { goTo, scrollTo } from "./actions/move.ts";
import { say } from "./actions/say.ts";
import { App } from "./app.tsx";
import { paletteFor } from "./draw/palette.ts";
import { takeKeys } from "./keys.ts";
import type { TuiOptions } from "./main.ts";
import { Session } from "./session.ts";
import { stdoutFor } from "./stdout.ts";
import { Screen } from "./terminal/screen.ts";
import { clipboardText, type Loss, Terminal } from "./terminal/terminal.ts";

const refreshMillis = 250;

type End = { readonly code: number } | { readonly error: unknown };

export async function runTui(options: TuiOptions, io: Pick<Io, "env" | "cwd">): Promise<number> {
  const tape = new Tape(options, io);
  let finish: (end: End) => void = () => undefined;
  const ended = new Promise<End>((resolve) => {
    finish = resolve;
  });
  const fail = (error: unknown): void => finish({ error });
  const terminal = new Terminal(process.stdin, process.stdout, {
    onKeys: (keys) => guarded(() => takeKeys(session, keys)),
    onResize: (size) => guarded(() => resize(size)),
    onLoss: (loss) => finish({ code: codeOf(loss) }),
  });
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      fail(error);
    }
  };
  const session = new Session(tape, paletteFor(io.env), terminal.size, {
    copy: (text) => terminal.write(clipboardText(text)),
    quit: () => finish({ code: 0 }),
    suspend: () => terminal.suspend(),
    fail,
  });
  const screen = new Screen(terminal.size, (text) => terminal.write(text));
  const resize = (size: typeof terminal.size): void => {
    screen.resize(size);
    session.store.batch(() => {
      session.store.set({ size });
      if (session.view.seq > 0) scrollTo(session, session.view.seq);
    });
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  try {
    begin(session, options);
    terminal.enter();
    const ink = render(<App session={session} />, {
      stdout: stdoutFor(process.stdout, screen),
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
      isScreenReaderEnabled: false,
    });
    ink.waitUntilExit().catch(fail);
    const timer = setInterval(() => guarded(() => follow(session)), refreshMillis);
    const end = await ended;
    clearInterval(timer);
    screen.close();
    ink.unmount();
    if ("error" in end) throw end.error;
    return end.code;
  } finally {
    terminal.leave();
    session.close();
    process.off("uncaughtException", fail);
    process.off("unhandledRejection", fail);
  }
}

function begin(session: Session, { at, live }: TuiOptions): void {
  const { tape } = session;
  const last = tape.reader.eventCount;
  if (at === undefined) goTo(session, last);
  else {
    const goal = parseGoal(tape, at, session.process);
    goTo(session, goal.kind === "event" ? goal.seq : last);
  }
  if (live === true && !tape.isGrowing) {
    say(session, `nothing is being recorded now: this is recording ${tape.row.id} as it ended`);
  }
}

/** Takes over what was recorded since; the cursor stays on the newest event when it was there. */
function follow(session: Session): void {
  if (!session.tape.isGrowing || !session.refresh()) return;
  session.store.batch(() => {
    const { isFollowing, seq } = session.view;
    if (isFollowing || seq === 0) goTo(session, session.tape.reader.eventCount);
    session.bump();
  });
}

function codeOf(loss: Loss): number {
  return 128 + constants.signals[loss.how === "signal" ? loss.signal : "SIGHUP"];
}

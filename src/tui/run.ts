/** One run of the TUI, from taking the terminal to giving it back. */
import { constants } from "node:os";
import { parseGoal } from "../app/explore/goto.ts";
import { Tape } from "../app/explore/tape.ts";
import type { Io } from "../app/io/io.ts";
import { goTo, scrollTo } from "./actions/move.ts";
import { say } from "./actions/say.ts";
import type { ScreenSize } from "./draw/layout.ts";
import { paletteFor } from "./draw/palette.ts";
import { firstFrame } from "./panes/first-frame.ts";
import { Session } from "./session/session.ts";
import { Screen } from "./terminal/screen.ts";
import { clipboardText, type Loss, Terminal } from "./terminal/terminal.ts";
import type { TuiOptions } from "./tui-options.ts";

const refreshMillis = 250;

type End = { readonly code: number } | { readonly error: unknown };

/** Returns the exit code. */
export async function runTui(options: TuiOptions, io: Pick<Io, "env" | "cwd">): Promise<number> {
  const tape = new Tape(options, io);
  let finish: (end: End) => void = () => undefined;
  const ended = new Promise<End>((resolve) => {
    finish = resolve;
  });
  const fail = (error: unknown): void => finish({ error });
  const terminal = new Terminal(process.stdin, process.stdout, {
    onResize: (size) => resize(session, screen, size),
    onLoss: (loss) => finish({ code: codeOf(loss) }),
  });
  const session = new Session(tape, paletteFor(io.env), terminal.size, {
    copy: (text) => terminal.write(clipboardText(text)),
    suspend: () => terminal.suspend(),
    fail,
  });
  const screen = new Screen(terminal.size.rows, (text) => terminal.write(text));
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  try {
    begin(session, options);
    terminal.enter();
    screen.draw(firstFrame(session));
    const { mount } = await loadMount();
    const app = mount(session, process.stdin, (frame) => screen.draw(frame));
    app.ended.then(() => finish({ code: 0 }), fail);
    session.jobs.release();
    const timer = setInterval(() => follow(session), refreshMillis);
    const end = await ended;
    clearInterval(timer);
    screen.close();
    app.unmount();
    if ("error" in end) throw end.error;
    return end.code;
  } finally {
    terminal.leave();
    session.close();
    process.off("uncaughtException", fail);
    process.off("unhandledRejection", fail);
  }
}

/** React's development build checks itself at every step. NODE_ENV counts when React is loaded. */
async function loadMount() {
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  try {
    return await import("./components/mount.tsx");
  } finally {
    if (before === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = before;
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

function resize(session: Session, screen: Screen, size: ScreenSize): void {
  screen.resize(size.rows);
  session.store.batch(() => {
    session.store.set({ size });
    if (session.view.seq > 0) scrollTo(session, session.view.seq);
  });
}

/** Reads what was recorded since; a cursor on the newest event stays on the newest. */
function follow(session: Session): void {
  if (!session.tape.isGrowing || !session.refresh()) return;
  session.store.batch(() => {
    const { isFollowing, seq } = session.view;
    if (isFollowing || seq === 0) goTo(session, session.tape.reader.eventCount);
    session.bump();
  });
}

/** As a shell reports it: 128 and the number of the signal. */
function codeOf(loss: Loss): number {
  return 128 + constants.signals[loss.how === "signal" ? loss.signal : "SIGHUP"];
}

/** A small recording with one of each thing that the TUI shows, opened without a terminal. */
import { Tape } from "../../src/app/explore/tape.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { goTo } from "../../src/tui/actions/move.ts";
import { takeKeys } from "../../src/tui/actions/take-keys.ts";
import type { ScreenSize } from "../../src/tui/draw/layout.ts";
import { type ColourDepth, createPalette } from "../../src/tui/draw/palette.ts";
import { Session } from "../../src/tui/session/session.ts";
import { parseKeys } from "../../src/tui/terminal/keys.ts";
import { at, maps, page, scripted } from "../app/replay-sample.ts";

const MiB = 256;

/**
 * A mapping of 1 MiB (#4) that grows in place, is blocked by another one and moved, is refused, and
 * goes; a second process that was forked and not wholly covered.
 */
export function lifeDatabase(): string {
  const start = maps("heap", "rw-p 0-1", "lib", "stack");
  return scripted((script) => {
    script.start(1, { argv: ["grow", "--far", "evil\u001b[2Jname"] }).maps(1, "start", start);
    script.map(1, 4 * MiB, MiB);
    script.map(1, 6 * MiB, 4);
    script.move(1, 4 * MiB, MiB, 2 * MiB, 4 * MiB);
    script.rows({
      kind: kindCodes.mremap,
      process: 1,
      args: [at(4 * MiB), 2 * MiB * page, 8 * MiB * page, 1, 0],
      result: at(16 * MiB),
      returnAddress: 0x7f00_0010_0123,
    });
    script.rows({
      kind: kindCodes.mremap,
      process: 1,
      args: [at(16 * MiB), 8 * MiB * page, 9 * MiB * page, 0, 0],
      result: -12,
    });
    script.rows({ kind: kindCodes.mprotect, process: 1, args: [at(16 * MiB), page, 0] });
    script.start(2, {
      how: "fork",
      parent: 1,
      exe: "/bin/child",
      argv: ["child"],
      coverage: {
        status: "partial",
        reasons: ["mmap: made in libodd.so, which the hook does not patch"],
        modules: [],
        sites: [],
        via: "mem",
      },
    });
    script.maps(2, "fork", maps("heap", "rw-p 0-1", "stack"));
    script.map(2, 512, 16);
    script.end(2);
    script.unmap(1, 16 * MiB, 8 * MiB);
    script.end(1);
  });
}

export interface SessionOptions {
  readonly size?: ScreenSize;
  readonly depth?: ColourDepth;
  readonly unicode?: boolean;
}

export interface OpenSession {
  readonly session: Session;
  readonly copied: string[];
  readonly errors: unknown[];
  /** Keys as a terminal sends them. Without an app nothing is under the mouse. */
  type(text: string): void;
  /** Resolves once all work in slices is done, and findings that were asked for are there. */
  rest(): Promise<void>;
}

/** Stands on the last event, as the TUI does when it opens. Closed by the caller. */
export function openSession(folder: string, options: SessionOptions = {}): OpenSession {
  const { size = { columns: 100, rows: 30 }, depth = "none", unicode = true } = options;
  const tape = new Tape({}, { env: {}, cwd: folder });
  const copied: string[] = [];
  const errors: unknown[] = [];
  const session = new Session(tape, createPalette(depth, unicode), size, {
    copy: (text) => copied.push(text),
    suspend: () => undefined,
    fail: (error) => errors.push(error),
  });
  session.jobs.release();
  goTo(session, tape.reader.eventCount);
  return {
    session,
    copied,
    errors,
    type: (text) => {
      const { keys, rest } = parseKeys(text);
      const lone = rest === "\u001b" ? [{ kind: "key", name: "escape" } as const] : [];
      takeKeys(session, [...keys, ...lone], () => undefined);
    },
    rest: async () => {
      void session.life;
      void session.survey(session.process);
      await new Promise((resolve) => setTimeout(resolve, 160));
      while (session.jobs.isBusy || session.findings.state.isAsking) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

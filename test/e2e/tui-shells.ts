/** A shell in a terminal of its own in which a test opens the TUI, and a recording to look at. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { maptrailCommand, record } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { Terminal, type TerminalOptions } from "../helpers/terminal.ts";

/** What a program may leave behind: the alternate buffer, a hidden cursor, mouse reports, no wrapping. */
export const terminalState =
  "alternate #{alternate_on} cursor #{cursor_flag} mouse #{mouse_any_flag} wrap #{wrap_flag}";
export const untouched = "alternate 0 cursor 1 mouse 0 wrap 1";
export const taken = "alternate 1 cursor 0 mouse 1 wrap 0";

export function tuiLine(...args: string[]): string {
  return maptrailCommand("tui", ...args).join(" ");
}

/** A folder with a recording in grown.db, and the one terminal that is open at a time. */
export class TuiShells {
  root = "";
  database = "";
  #terminal: Terminal | undefined;

  async prepare(): Promise<void> {
    this.root = await mkdtemp(join(tmpdir(), "maptrail-tui-"));
    this.database = join(this.root, "grown.db");
    const { status } = await record(this.database, [await buildProgram("realloc-growth")]);
    if (status !== 0) throw new Error(`the program to look at ended with ${status}`);
  }

  async open(name: string, options: TerminalOptions = {}): Promise<Terminal> {
    const folder = join(this.root, name);
    await mkdir(folder, { recursive: true });
    this.#terminal = await Terminal.open(folder, name, { locale: "C.UTF-8", ...options });
    return this.#terminal;
  }

  async close(): Promise<void> {
    await this.#terminal?.close().catch(() => undefined);
    this.#terminal = undefined;
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

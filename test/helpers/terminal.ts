/** A real terminal to type into and to read the screen of: one tmux server of its own for each. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const lookEveryMillis = 40;
const patienceMillis = 20_000;

/** Where the shell waits for a command, on the last line of the screen that is not empty. */
export const prompt = /(?:^|\n)\$\n*$/;

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly locale?: string;
}

export class Terminal {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** A shell with the prompt `$`, 80 columns wide and 24 lines high if not said otherwise, at home in `folder`. */
  static async open(
    folder: string,
    name: string,
    options: TerminalOptions = {},
  ): Promise<Terminal> {
    const { columns = 80, rows = 24, locale = "C" } = options;
    const terminal = new Terminal(join(folder, `${name}.tmux`));
    const size = ["-x", String(columns), "-y", String(rows)];
    const shell = `PS1='$ ' PS2='> ' LC_ALL=${locale} exec sh -i`;
    await terminal.#tmux("-f", "/dev/null", "new-session", "-d", ...size, "-c", folder, shell);
    await terminal.waitFor(prompt);
    return terminal;
  }

  async #tmux(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)("tmux", ["-S", this.#socket, ...args]);
    return stdout;
  }

  /** Keys by tmux's names: `Enter`, `Escape`, `C-c`. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Text as it is typed. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  async typeLine(text: string): Promise<void> {
    await this.type(text);
    await this.press("Enter");
  }

  /** A command for the shell: typed when it waits for one, so that its prompt stands before the command. */
  async command(text: string): Promise<void> {
    await this.waitFor(prompt);
    await this.typeLine(text);
  }

  /** The lines as they stand there, without the blanks at their ends: an idle prompt is a `$` alone. */
  screen(): Promise<string> {
    return this.#tmux("capture-pane", "-p");
  }

  /** Resolves to the screen once `expected` is on it. Rejects with the screen when that takes too long. */
  async waitFor(expected: RegExp): Promise<string> {
    const until = performance.now() + patienceMillis;
    for (;;) {
      const screen = await this.screen();
      if (expected.test(screen)) return screen;
      if (performance.now() > until) throw new Error(`${expected} did not appear on\n${screen}`);
      await sleep(lookEveryMillis);
    }
  }

  /** What `format` (tmux's formats) says of the pane: `#{alternate_on}`. */
  async tell(format: string): Promise<string> {
    return (await this.#tmux("display-message", "-p", format)).trim();
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  async close(): Promise<void> {
    await this.#tmux("kill-server");
  }
}

/** The TUI as a user has it: the real program in a real terminal, and the terminal afterwards. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { prompt, type Terminal } from "../helpers/terminal.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import { TuiShells, taken, terminalState, tuiLine, untouched } from "./tui-shells.ts";

export const shells = new TuiShells();
beforeAll(() => shells.prepare());
afterEach(() => shells.close());
afterAll(() => shells.remove());

/** Says how the shell finds its terminal before and after. */
export async function expectRestored(shell: Terminal, stty: string, status: number): Promise<void> {
  const screen = await shell.waitFor(/^status \d+$/m);
  expect(screen).toMatch(new RegExp(`^status ${status}$`, "m"));
  expect(await shell.tell(terminalState)).toBe(untouched);
  expect(screen).toContain("was here before");
  await shell.command("stty -g > after.stty");
  await shell.waitFor(prompt);
  expect(await readSoon(stty.replace("before", "after"))).toBe(readFileSync(stty, "utf8"));
}

async function readSoon(path: string): Promise<string> {
  for (let i = 0; i < 50 && !existsSync(path); i++) await sleep(40);
  await sleep(100);
  return readFileSync(path, "utf8");
}

export async function openTui(
  name: string,
  line: string,
): Promise<{ shell: Terminal; stty: string }> {
  const shell = await shells.open(name);
  await shell.command("echo was here before; stty -g > before.stty");
  await shell.waitFor(/^was here before$/m);
  await shell.command(`${line}; echo "status $?"`);
  await shell.waitFor(/─ address space ─/);
  expect(await shell.tell(terminalState)).toBe(taken);
  return { shell, stty: join(shells.root, name, "before.stty") };
}

/** The only child of the terminal's shell. */
export function tuiPid(shellPid: string): number {
  return Number(execFileSync("pgrep", ["-P", shellPid], { encoding: "utf8" }).trim());
}

function titleOf(screen: string): string {
  return /─ address space ─.*/.exec(screen)?.[0] ?? "";
}

async function waitForChange(shell: Terminal, before: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (titleOf(await shell.screen()) !== before) return;
    await sleep(40);
  }
  throw new Error(`the address map still shows ${before}`);
}

export const reason = missingReason(["tmux", "stty"]);

export function tourTests(...sizes: readonly [columns: number, rows: number][]): void {
  describe.skipIf(reason)(titled("the TUI in a terminal", reason), () => {
    it.each(sizes)(
      "at %d x %d: open, scrub, filter, zoom, jump, resize, quit",
      async (columns, rows) => {
        const shell = await shells.open(`tour-${columns}`, { columns, rows });
        await shell.command(tuiLine(shells.database));
        await shell.waitFor(/─ events ─.*@\d+ of \d+/);
        await shell.type("g");
        await shell.waitFor(/@1 of \d+/);
        await shell.type("lll");
        await shell.waitFor(/@4 of \d+/);
        await shell.press("Left");
        await shell.waitFor(/@3 of \d+/);
        await shell.type("m");
        await shell.waitFor(/moved, now/);
        // The terminal may be looked at in the middle of a frame: the map is drawn before the list.
        await shell.waitFor(/^▶ *@\d+ .*→ mremap/m);
        await shell.type("/mremap moved");
        await shell.waitFor(/filter: mremap moved ─.* match/);
        await shell.press("Enter");
        await shell.type("n");
        await shell.press("Escape");
        await shell.waitFor(/─ events ─/);
        const before = titleOf(await shell.screen());
        await shell.type("++");
        await waitForChange(shell, before);
        await shell.type("0:5");
        await shell.press("Enter");
        expect(titleOf(await shell.waitFor(/@5 of \d+/))).toMatch(/TiB/);
        await shell.resize(100, 30);
        const resized = await shell.waitFor(/┬/);
        expect(resized).toMatch(/@5 of \d+/);
        await shell.resize(20, 5);
        await shell.waitFor(/this is 20x5/);
        await shell.resize(columns, rows);
        await shell.waitFor(/@5 of \d+/);
        await shell.type("q");
        await shell.waitFor(prompt);
        expect(await shell.tell(terminalState)).toBe(untouched);
      },
    );
  });
}

export function signalTests(...signals: readonly ("TERM" | "INT" | "HUP")[]): void {
  describe.skipIf(reason)(titled("the terminal afterwards", reason), () => {
    it.each(signals)("is as it was after SIG%s", async (signal) => {
      const status = { TERM: 143, INT: 130, HUP: 129 }[signal];
      const { shell, stty } = await openTui(`signal-${signal}`, tuiLine(shells.database));
      const pid = tuiPid(await shell.tell("#{pane_pid}"));
      process.kill(pid, `SIG${signal}`);
      await expectRestored(shell, stty, status);
    });
  });
}

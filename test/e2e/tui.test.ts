/** The TUI as a user has it: the real program in a real terminal, and the terminal afterwards. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { prompt, type Terminal } from "../helpers/terminal.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import { TuiShells, taken, terminalState, tuiLine, untouched } from "./tui-shells.ts";

const shells = new TuiShells();
beforeAll(() => shells.prepare());
afterEach(() => shells.close());
afterAll(() => shells.remove());

/** Says how the shell finds its terminal before and after. */
async function expectRestored(shell: Terminal, stty: string, status: number): Promise<void> {
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

async function openTui(name: string, line: string): Promise<{ shell: Terminal; stty: string }> {
  const shell = await shells.open(name);
  await shell.command("echo was here before; stty -g > before.stty");
  await shell.waitFor(/^was here before$/m);
  await shell.command(`${line}; echo "status $?"`);
  await shell.waitFor(/─ address space ─/);
  expect(await shell.tell(terminalState)).toBe(taken);
  return { shell, stty: join(shells.root, name, "before.stty") };
}

const reason = missingReason(["tmux", "stty"]);
describe.skipIf(reason)(titled("the TUI in a terminal", reason), () => {
  it.each([
    [80, 24],
    [120, 40],
    [200, 60],
  ])("at %d x %d: open, scrub, filter, zoom, jump, resize, quit", async (columns, rows) => {
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
  });

  it("shows every screen, and takes clicks and the wheel", async () => {
    const shell = await shells.open("screens", { columns: 120, rows: 40 });
    await shell.command(tuiLine(shells.database));
    await shell.waitFor(/─ address space ─/);
    for (const [key, expected] of [
      ["?", /through the history/],
      ["p", /─ processes ─/],
      ["f", /─ findings ─[\s\S]*growth/],
    ] as const) {
      await shell.type(key);
      await shell.waitFor(expected);
    }
    await shell.press("Escape");
    await shell.waitFor(/─ address space ─/);
    await shell.type("gm");
    await shell.waitFor(/moved, now/);
    await shell.type("w");
    await shell.waitFor(/who held 0x[0-9a-f_]+ up to @\d+[\s\S]*belongs to/);
    await shell.press("Escape");
    // The third line of the list, whose rows begin at 15, and the middle of the timeline.
    await shell.type("g");
    await shell.waitFor(/@1 of/);
    await shell.type("\u001b[<0;20;18M\u001b[<0;20;18m");
    await shell.waitFor(/@4 of/);
    await shell.type("\u001b[<65;20;18M");
    await shell.waitFor(/@7 of/);
    await shell.type("q");
    await shell.waitFor(prompt);
  });
});

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

describe.skipIf(reason)(titled("the terminal afterwards", reason), () => {
  it("is as it was after q", async () => {
    const { shell, stty } = await openTui("quit", tuiLine(shells.database));
    await shell.type("q");
    await expectRestored(shell, stty, 0);
  });

  it("is as it was after Ctrl-C", async () => {
    const { shell, stty } = await openTui("interrupt", tuiLine(shells.database));
    await shell.press("C-c");
    await expectRestored(shell, stty, 0);
  });

  it.each(["TERM", "INT", "HUP"])("is as it was after SIG%s", async (signal) => {
    const status = { TERM: 143, INT: 130, HUP: 129 }[signal]!;
    const { shell, stty } = await openTui(`signal-${signal}`, tuiLine(shells.database));
    const pid = tuiPid(await shell.tell("#{pane_pid}"));
    process.kill(pid, `SIG${signal}` as NodeJS.Signals);
    await expectRestored(shell, stty, status);
  });

  it("is as it was after an exception, which is told", async () => {
    const fault = "data:text/javascript,setTimeout(()=>{throw/**/Error('a_fault')},2500)";
    const line = `NODE_OPTIONS="--import=${fault}" ${tuiLine(shells.database)}`;
    const { shell, stty } = await openTui("exception", line);
    await expectRestored(shell, stty, 125);
    expect(await shell.screen()).toMatch(/maptrail: unexpected: a_fault/);
  });

  it("is as it was after Ctrl-Z, and the TUI comes back with fg", async () => {
    const { shell } = await openTui("stop", tuiLine(shells.database));
    await shell.press("C-z");
    await shell.waitFor(/Stopped|suspended/i);
    expect(await shell.tell(terminalState)).toBe(untouched);
    await shell.command("fg");
    await shell.waitFor(/─ address space ─/);
    expect(await shell.tell(terminalState)).toBe(taken);
  });

  it("is gone: the TUI ends with it", async () => {
    const { shell } = await openTui("lost", tuiLine(shells.database));
    const pid = tuiPid(await shell.tell("#{pane_pid}"));
    await shells.close();
    for (let i = 0; i < 100 && isAlive(pid); i++) await sleep(50);
    expect(isAlive(pid)).toBe(false);
  });
});

/** The only child of the terminal's shell. */
function tuiPid(shellPid: string): number {
  return Number(execFileSync("pgrep", ["-P", shellPid], { encoding: "utf8" }).trim());
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

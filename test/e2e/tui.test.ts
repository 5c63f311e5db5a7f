/** The TUI in a real terminal: a tour of it, every screen, and the terminal after the usual ends. */
import { describe, expect, it } from "vitest";
import { prompt } from "../helpers/terminal.ts";
import { titled } from "../helpers/tools.ts";
import { taken, terminalState, tuiLine, untouched } from "./tui-shells.ts";
import { expectRestored, openTui, reason, shells, signalTests, tourTests } from "./tui-tests.ts";

tourTests([120, 40]);

describe.skipIf(reason)(titled("the TUI in a terminal", reason), () => {
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

  it("is as it was after Ctrl-Z, and the TUI comes back with fg", async () => {
    const { shell } = await openTui("stop", tuiLine(shells.database));
    await shell.press("C-z");
    await shell.waitFor(/Stopped|suspended/i);
    expect(await shell.tell(terminalState)).toBe(untouched);
    await shell.command("fg");
    await shell.waitFor(/─ address space ─/);
    expect(await shell.tell(terminalState)).toBe(taken);
  });
});

signalTests("TERM");

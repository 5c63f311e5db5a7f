/** The TUI in terminals of other sizes, and the terminal after the rarer ends. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { titled } from "../helpers/tools.ts";
import { tuiLine } from "./tui-shells.ts";
import {
  expectRestored,
  openTui,
  reason,
  shells,
  signalTests,
  tourTests,
  tuiPid,
} from "./tui-tests.ts";

tourTests([80, 24], [200, 60]);
signalTests("INT", "HUP");

describe.skipIf(reason)(titled("the terminal afterwards", reason), () => {
  it("is as it was after an exception, which is told", async () => {
    const fault = "data:text/javascript,setTimeout(()=>{throw/**/Error('a_fault')},2500)";
    const line = `NODE_OPTIONS="--import=${fault}" ${tuiLine(shells.database)}`;
    const { shell, stty } = await openTui("exception", line);
    await expectRestored(shell, stty, 125);
    expect(await shell.screen()).toMatch(/maptrail: unexpected: a_fault/);
  });

  it("is gone: the TUI ends with it", async () => {
    const { shell } = await openTui("lost", tuiLine(shells.database));
    const pid = tuiPid(await shell.tell("#{pane_pid}"));
    await shells.close();
    for (let i = 0; i < 100 && isAlive(pid); i++) await sleep(50);
    expect(isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

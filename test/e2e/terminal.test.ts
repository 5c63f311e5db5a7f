/** In a real terminal: programs that own the screen, keys that send signals, and the line that lives on stderr. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { maptrailCommand } from "../helpers/maptrail.ts";
import { readProcesses, sql } from "../helpers/recorded.ts";
import { prompt, Terminal } from "../helpers/terminal.ts";
import { missingReason, titled } from "../helpers/tools.ts";

const live = /maptrail {3}\d[\d,]* events? {3}/;
const recordLine = `${maptrailCommand("record").join(" ")} -o tape.db --journal journal`;

let root = "";
let folder = "";
let terminal: Terminal;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "maptrail-terminal-"));
});
afterEach(() => terminal.close());
afterAll(() => rm(root, { recursive: true, force: true }));

async function openTerminal(name: string): Promise<void> {
  folder = join(root, name);
  await mkdir(join(folder, "journal"), { recursive: true });
  terminal = await Terminal.open(folder, name);
}

function lastRecording() {
  const [row] = sql(
    join(folder, "tape.db"),
    "SELECT status, exit_code, exit_signal, event_count FROM recording ORDER BY id DESC LIMIT 1",
  );
  return row;
}

/** The recording is whole, and its journal is gone. */
function expectKept(end: { exit_code?: number; exit_signal?: number }): void {
  expect(lastRecording()).toMatchObject({ status: "complete", ...end });
  expect(Number(lastRecording()?.["event_count"])).toBeGreaterThan(4);
  expect(readdirSync(join(folder, "journal"))).toEqual([]);
}

const reason = missingReason(["tmux", "vi", "less"]);
describe.skipIf(reason)(titled("in a terminal", reason), () => {
  /** What vi shows, and what it leaves behind. */
  async function edit(start: string): Promise<{ screen: string; text: string }> {
    await terminal.command(`clear; ${start} vi -u NONE letter.txt`);
    await terminal.waitFor(/"letter\.txt"/);
    await terminal.type("ione\ntwo");
    await terminal.press("Escape");
    await terminal.type("yyp");
    await sleep(1500); // long enough for a live line
    const screen = await terminal.waitFor(/two\ntwo\n/);
    await terminal.typeLine(":wq");
    await terminal.waitFor(prompt);
    const text = readFileSync(join(folder, "letter.txt"), "utf8");
    await rm(join(folder, "letter.txt"));
    return { screen, text };
  }

  it("vi draws, edits and writes as it does by itself", async () => {
    await openTerminal("vi");
    const alone = await edit("");
    expect(alone.text).toBe("one\ntwo\ntwo\n");
    expect(await edit(`${recordLine} --`)).toEqual(alone);
    expectKept({ exit_code: 0 });
  });

  async function page(start: string): Promise<readonly string[]> {
    await terminal.command(`clear; ${start} less -X lines.txt`);
    const first = await terminal.waitFor(/^line 20$/m);
    await terminal.type("/line 77\n");
    const found = await terminal.waitFor(/^line 90$/m);
    await terminal.type("q");
    await terminal.waitFor(prompt);
    return [first.replace(/^\$ clear.*\n/, ""), found];
  }

  it("less pages and searches as it does by itself", async () => {
    await openTerminal("less");
    const lines = Array.from({ length: 200 }, (_, i) => `line ${i + 1}\n`);
    await writeFile(join(folder, "lines.txt"), lines.join(""));
    const alone = await page("");
    expect(await page(`${recordLine} -q --`)).toEqual(alone);
    expectKept({ exit_code: 0 });
  });

  it("Ctrl-C ends the program, and the recording is finished and kept", async () => {
    await openTerminal("interrupt");
    await terminal.command(
      `${recordLine} -- sh -c 'echo at work; exec sleep 1000'; echo "status $?"`,
    );
    await terminal.waitFor(/^at work$/m);
    await terminal.press("C-c");
    const screen = await terminal.waitFor(/^status \d+$/m);
    expect(screen).toMatch(/^status 130$/m);
    expect(screen).toMatch(/^(\^C)?maptrail: sh was ended by SIGINT$/m);
    expectKept({ exit_signal: 2 });
  });

  it("Ctrl-C is the program's own affair when it handles it", async () => {
    await openTerminal("handled");
    const script = "trap 'echo caught; exit 9' INT; echo at work; while :; do sleep 0.05; done";
    await terminal.command(`${recordLine} -q -- sh -c "${script}"; echo "status $?"`);
    await terminal.waitFor(/^at work$/m);
    await terminal.press("C-c");
    expect(await terminal.waitFor(/^status \d+$/m)).toMatch(/^(\^C)?caught\nstatus 9$/m);
    expectKept({ exit_code: 9 });
  });

  it("Ctrl-Z stops it, fg lets it go on", async () => {
    await openTerminal("stop");
    const script = "echo at work; read word; echo got $word";
    await terminal.command(`${recordLine} -q -- sh -c '${script}'; echo "status $?"`);
    await terminal.waitFor(/^at work$/m);
    await terminal.press("C-z");
    await terminal.waitFor(/Stopped/);
    await terminal.command('fg; echo "then $?"');
    await terminal.typeLine("seven");
    expect(await terminal.waitFor(/^then \d+$/m)).toMatch(/^got seven\n(.*\n)?then 0$/m);
    expectKept({ exit_code: 0 });
  });

  it("a line tells how it goes after a second, and is gone at the end", async () => {
    await openTerminal("live");
    await terminal.command(`clear; ${recordLine} -- sleep 2.5; echo "status $?"`);
    await sleep(500);
    expect(await terminal.screen()).not.toMatch(live);
    await terminal.waitFor(live);
    const screen = await terminal.waitFor(/^status 0$/m);
    expect(screen).not.toMatch(live);
    expect(screen).toMatch(/^maptrail {2}.*\n.*covered: every call of 1 process$/m);
  });

  it("there is none with --quiet, nor where stderr is no terminal", async () => {
    await openTerminal("no-live");
    const start = performance.now();
    await terminal.command(
      `clear; ${recordLine} -q -- sleep 2; ${recordLine} -- sleep 2 2>said; echo over`,
    );
    while (performance.now() - start < 3500) {
      expect(await terminal.screen()).not.toMatch(live);
      await sleep(100);
    }
    await terminal.waitFor(/^over$/m);
    const said = readFileSync(join(folder, "said"), "utf8");
    expect(said).toMatch(/^maptrail {2}/);
    expect(said).not.toContain("\r");
    expect(said).not.toContain("\u001b");
  });

  it("pipes on both sides stay pipes", async () => {
    await openTerminal("pipes");
    const line = `printf 'b\\na\\n' | ${recordLine} -q -- sh -c 'sort; test -t 0 || test -t 1 || echo no terminal' | cat -A >out`;
    await terminal.command(`${line}; echo over`);
    await terminal.waitFor(/^over$/m);
    expect(readFileSync(join(folder, "out"), "utf8")).toBe("a$\nb$\nno terminal$\n");
    expect(readProcesses(join(folder, "tape.db")).map(({ coverage }) => coverage)).toEqual([
      "full",
      "full",
    ]);
  });

  it("leaves the terminal's settings as they were", async () => {
    await openTerminal("settings");
    await terminal.command(
      `stty -a >before; ${recordLine} -q -- stty -a >during; stty -a >after; echo over`,
    );
    await terminal.waitFor(/^over$/m);
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    expect(read("before")).toContain("speed");
    expect([read("during"), read("after")]).toEqual([read("before"), read("before")]);
  });
});

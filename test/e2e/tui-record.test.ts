/** The TUI beside a recorder, and what it says when there is nothing to show or nowhere to show it. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/store/open.ts";
import { maptrailCommand } from "../helpers/maptrail.ts";
import { run } from "../helpers/run.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import { TuiShells, terminalState, tuiLine, untouched } from "./tui-shells.ts";

const shells = new TuiShells();
beforeAll(() => shells.prepare());
afterEach(() => shells.close());
afterAll(() => shells.remove());

const reason = missingReason(["tmux", "stty"]);
describe.skipIf(reason)(titled("a recording that is being made", reason), () => {
  it("is followed by record --tui, which ends with the summary and the program's status", async () => {
    const shell = await shells.open("record", { columns: 120, rows: 40 });
    const script =
      "echo said; i=0; while [ $i -lt 12 ]; do /bin/true; sleep 0.2; i=$((i+1)); done; exit 7";
    await writeFile(join(shells.root, "record", "work.sh"), script);
    const line = maptrailCommand("record", "--tui", "-o", "tape.db", "--", "sh", "work.sh");
    await shell.command(`${line.join(" ")}; echo "status $?"`);
    const early = countOf(await shell.waitFor(/● recording {3}[\d,]+ events/));
    await shell.waitFor(/exact/);
    expect(countOf(await shell.screen())).toBeGreaterThan(early);
    await shell.type("q");
    const screen = await shell.waitFor(/^status \d+$/m);
    expect(screen).toMatch(/^status 7$/m);
    expect(screen).toMatch(/output of sh: .*tape\.db\.output/);
    expect(readFileSync(join(shells.root, "record", "tape.db.output"), "utf8")).toBe("said\n");
  });

  it("cannot be made of a program that is not there: the reason is told, as by record", async () => {
    const shell = await shells.open("missing");
    const line = maptrailCommand("record", "--tui", "-o", "tape.db", "--", "./nothing");
    await shell.command(`${line.join(" ")}; echo "status $?"`);
    const screen = await shell.waitFor(/^status \d+$/m);
    expect(screen).toMatch(/cannot run ".\/nothing": there is no such file/);
    expect(screen).toMatch(/^status 127$/m);
  });
});

function countOf(screen: string): number {
  return Number(/([\d,]+) events/.exec(screen)?.[1]?.replaceAll(",", ""));
}

describe("what cannot be shown", () => {
  it("is told without a terminal, with the commands that need none", async () => {
    const { status, stderr } = await run(maptrailCommand("tui", shells.database));
    expect(status).toBe(2);
    expect(stderr).toMatch(/the TUI needs a terminal/);
    expect(stderr).toMatch(/maptrail stats, maptrail events/);
  });

  it.skipIf(reason).each([
    ["no database", "absent.db", /there is no database at .*absent\.db/],
    ["no recording", "empty.db", /holds no recordings|is empty/],
    ["a wrong moment", "grown.db --at soon", /"soon" is no place of this recording/],
    ["a dumb terminal", "grown.db", /TERM=dumb/],
  ])(titled("%s", reason), async (what, args, expected) => {
    const name = what.replaceAll(" ", "-");
    const shell = await shells.open(name);
    if (what === "no recording")
      openStore(join(shells.root, "empty.db"), { mode: "create" }).close();
    const term = what === "a dumb terminal" ? "TERM=dumb " : "";
    await shell.command(`cd ..; ${term}${tuiLine(args)}; echo "status $?"`);
    const screen = await shell.waitFor(/^status \d+$/m);
    expect(screen.replaceAll("\n", "")).toMatch(expected);
    expect(await shell.tell(terminalState)).toBe(untouched);
  });
});

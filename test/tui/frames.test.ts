/** Whole frames as literal text: what stands in frames/ is what a person sees. */
import { afterEach, describe, expect, it } from "vitest";
import { kindCodes } from "../../src/events/kinds.ts";
import { firstFrame } from "../../src/tui/panes/first-frame.ts";
import { at, maps, page, scripted } from "../app/replay-sample.ts";
import { type MountedApp, mountApp, textOf } from "./mounted.ts";
import { lifeDatabase, type OpenSession, openSession, type SessionOptions } from "./sample.ts";

const open: { readonly sitting: OpenSession; readonly app: MountedApp }[] = [];
afterEach(() => {
  for (const { sitting, app } of open.splice(0)) {
    app.unmount();
    sitting.session.close();
  }
});

async function show(options: SessionOptions, keys = "", folder = lifeDatabase()) {
  const sitting = openSession(folder, options);
  const app = mountApp(sitting.session);
  open.push({ sitting, app });
  const draw = async (text: string): Promise<string> => {
    for (const key of text === "" ? [] : text.split("|")) {
      await app.type(key);
      await sitting.rest();
    }
    await sitting.rest();
    return app.frame();
  };
  return { sitting, app, draw, frame: await draw(keys) };
}

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
  { columns: 60, rows: 14 },
] as const;

describe("the panes", () => {
  it.each(sizes)("at $columns x $rows, on the event that moved", async (size) => {
    const { frame } = await show({ size }, "g|m");
    const name = `main-${size.columns}x${size.rows}`;
    await expect(`${frame}\n`).toMatchFileSnapshot(`frames/${name}.txt`);
    const lines = frame.split("\n");
    expect(lines).toHaveLength(size.rows);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(size.columns);
  });

  it("in ASCII without colours: no other character, no escape", async () => {
    const { frame } = await show({ size: sizes[0], unicode: false }, "g|m");
    await expect(`${frame}\n`).toMatchFileSnapshot("frames/main-ascii.txt");
    expect(frame.replace(/…/g, "")).toMatch(/^[\n -~]*$/);
  });

  it.each(["16", "256", "true"] as const)("in %s colours: the same text", async (depth) => {
    const { frame } = await show({ size: sizes[1], depth }, "g|m");
    await expect(`${frame}\n`).toMatchFileSnapshot(`frames/main-colours-${depth}.ansi`);
  });

  it.each(sizes)(
    "at $columns x $rows on the first frame, which is drawn without Ink",
    async (size) => {
      const { sitting, frame } = await show({ size, depth: "true" }, "g|m");
      expect(textOf(firstFrame(sitting.session), size.rows)).toBe(frame);
    },
  );
});

describe("the other screens", () => {
  const size = sizes[1];
  it.each([
    ["help", "?"],
    ["processes", "p"],
    ["findings", "f"],
    ["mapping", "g|m|\r"],
    ["whowas", "g|m|w"],
    ["stack", "g|m|s"],
    ["filter", "/mremap !moved"],
    ["wrong-filter", "/mremap moved2"],
    ["goto", ":0x7f00_0040_0000"],
  ])("%s", async (name, keys) => {
    const { frame } = await show({ size }, keys);
    await expect(`${frame}\n`).toMatchFileSnapshot(`frames/${name}.txt`);
  });

  it("says how large the terminal must be when it is too small", async () => {
    const { frame } = await show({ size: { columns: 20, rows: 5 } });
    expect(frame).toBe("maptrail\nneeds 40x10\nthis is 20x5\nq quits\n");
  });

  it("never shows control characters of the recorded program", async () => {
    for (const keys of ["g", "p", "f", "g|m|\r"]) {
      const { frame } = await show({ size }, keys);
      expect(frame).not.toContain("\u001b");
    }
  });
});

describe("names in wide characters", () => {
  /** Kana and kanji take two columns, all else in these frames takes one. */
  const columnsOf = (text: string): number =>
    [...text].reduce((sum, one) => sum + (/[\u3040-\u30ff\u4e00-\u9fff]/.test(one) ? 2 : 1), 0);
  const folder = () =>
    scripted((script) => {
      const lib = "7f0000100000-7f0000104000 r-xp 00002000 fe:00 77  /漢字/資料ライブラリ.so\n";
      const exe = "/bin/漢字プログラム";
      script.start(1, { exe, argv: [exe, "資料"] }).maps(1, "start", `${lib}${maps("stack")}`);
      script.rows({ kind: kindCodes.mprotect, process: 1, args: [at(256), page, 1] });
      script.start(2, { how: "fork", parent: 1, exe: "/bin/child", argv: ["child"] });
    });

  it("leave the divider straight and the header's end in its place", async () => {
    const { frame } = await show({ size: sizes[1] }, "g|l|l", folder());
    const rows = frame.split("\n");
    expect(columnsOf(rows[0]!)).toBe(119);
    expect(rows[0]).toMatch(/pid 4121 漢字プログラム {2}1\/2$/);
    const list = rows.slice(14, 39);
    expect(list[0]).toContain("'漢字プログラム' '資料' ---");
    expect(list[0]).toContain("│ ■ /漢字/資料ライブラリ.so");
    for (const row of list) expect(columnsOf(row.slice(0, row.indexOf("│")))).toBe(75);
    expect(rows[3]).toContain("資料ライブラリ.so");
    for (const row of rows) expect(columnsOf(row)).toBeLessThanOrEqual(120);
  });

  it("leave the columns of the processes straight", async () => {
    const { frame } = await show({ size: sizes[0] }, "p", folder());
    const below = frame.split("\n").slice(1);
    const rows = below.filter((row) => row.includes("covered"));
    const starts = rows.map((row) =>
      columnsOf(row.slice(0, row.search(/(?:partly |not )?covered/))),
    );
    expect(starts).toHaveLength(2);
    expect(starts[0]).toBe(starts[1]);
  });
});

describe("playing", () => {
  it("moves on to the end and stops there", async () => {
    const { sitting, app, draw } = await show({ size: sizes[0] }, "g");
    await app.type(">>>>>> ");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await draw("");
    expect(sitting.session.view).toMatchObject({ seq: 14, playing: undefined, speed: 100_000 });
  });
});

describe("q", () => {
  it("ends the app", async () => {
    const { app } = await show({ size: sizes[0] });
    await app.type("q");
    await expect(app.ended).resolves.toBeUndefined();
  });
});

describe("a resize", () => {
  it("keeps the place, the filter and the zoom", async () => {
    const { sitting, draw } = await show({ size: sizes[1] }, "g|m|+");
    const before = sitting.session.view;
    sitting.session.store.set({ size: sizes[0] });
    await draw("");
    sitting.session.store.set({ size: sizes[1] });
    await draw("");
    expect(sitting.session.view).toEqual({ ...before, revision: expect.any(Number) });
  });
});

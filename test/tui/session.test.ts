/** What keys do to a sitting, on recordings that are empty, damaged, or still being made. */
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { displayWidth } from "../../src/base/display-width.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { firstFrame } from "../../src/tui/panes/first-frame.ts";
import { at, maps, page, Script, scripted } from "../app/replay-sample.ts";
import { appendStart, meta, open, scratch, startOf } from "../store/helpers.ts";
import { textOf } from "./mounted.ts";
import { lifeDatabase, type OpenSession, openSession } from "./sample.ts";

const sittings: OpenSession[] = [];
afterEach(() => {
  for (const { session } of sittings.splice(0)) session.close();
});

function sit(folder: string): OpenSession {
  const sitting = openSession(folder, { size: { columns: 110, rows: 32 } });
  sittings.push(sitting);
  return sitting;
}

/** Everything on the screen, as one text. */
function shown({ session }: OpenSession): string {
  return textOf(firstFrame(session), session.view.size.rows);
}

describe("keys", () => {
  it.each([
    ["g", 1],
    ["gl", 2],
    ["gllll", 5],
    ["gG", 14],
    ["gL", 14],
    ["gm", 6],
    ["GM", 6],
    ["gx", 7],
    ["gj\u001b[B", 3],
    ["g:@9\r", 9],
    ["g:6us\r", 6],
    ["g/mremap\r", 5],
  ])("%j ends on @%d", async (keys, seq) => {
    const sitting = sit(lifeDatabase());
    sitting.type(keys);
    await sitting.rest();
    expect(sitting.session.view.seq).toBe(seq);
  });

  it("go through matches with n and N, and through the life of a mapping with ] and [", async () => {
    const sitting = sit(lifeDatabase());
    sitting.type("g/mremap\r");
    await sitting.rest();
    sitting.type("\u001b");
    sitting.type("/mremap\r");
    await sitting.rest();
    const seqs = ["n", "n", "n", "N"].map((key) => {
      sitting.type(key);
      return sitting.session.view.seq;
    });
    expect(seqs).toEqual([6, 7, 7, 6]);
    await sitting.rest();
    const life = ["]", "]", "]", "]", "[", "["].map((key) => {
      sitting.type(key);
      return sitting.session.view.seq;
    });
    await sitting.rest();
    expect(life.slice(0, 3)).toEqual([7, 8, 13]);
  });

  it("copy the event, or in the map the address, as text", () => {
    const sitting = sit(lifeDatabase());
    sitting.type("gmy");
    sitting.type("\t\t");
    sitting.session.store.set({ pane: "map" });
    sitting.type("y");
    expect(sitting.copied).toEqual([
      "@6 mremap(0x7f00_0040_0000, 2 MiB, 8 MiB, MREMAP_MAYMOVE) = 0x7f00_0100_0000",
      "#5 0x7f00_0100_0000 8 MiB",
    ]);
  });

  it("zoom about the cursor, and back to everything", () => {
    const sitting = sit(lifeDatabase());
    const { session } = sitting;
    sitting.type("gm");
    const widths = ["+", "+", "-", "0"].map((key) => {
      sitting.type(key);
      const { window, address } = session.view;
      if (window !== undefined) {
        expect(window.start).toBeLessThanOrEqual(address!);
        expect(window.end).toBeGreaterThan(address!);
      }
      return window === undefined ? undefined : window.end - window.start;
    });
    expect(widths[1]).toBe(widths[0]! / 2);
    expect(widths[2]).toBe(widths[0]);
    expect(widths[3]).toBe(undefined);
  });

  it("show one process alone when it is chosen", async () => {
    const sitting = sit(lifeDatabase());
    sitting.type("gp");
    sitting.type("j\r");
    await sitting.rest();
    expect(sitting.session.view).toMatchObject({ filter: "process:2", screen: "main" });
    expect(sitting.session.process).toBe(2);
    expect(shown(sitting)).toMatch(/pid 4122 child {2}2\/2/);
  });

  it("quit with q and with Ctrl-C, but not while something is typed", () => {
    const sitting = sit(lifeDatabase());
    sitting.type("/q\u0003");
    expect(sitting.session.view.isQuitting).toBe(false);
    sitting.type("\u0003");
    expect(sitting.session.view.isQuitting).toBe(true);
  });

  it("do no harm in any order", async () => {
    const key = fc.constantFrom(
      ...[..."lhLHjkmMxX][.,gGzw0+-nNfp?y<> :/\r\t\u007f\u0015"],
      ...[
        "\u001b",
        "\u001b[A",
        "\u001b[B",
        "\u001b[5~",
        "\u001b[6~",
        "\u001b[Z",
        "/mremap moved\r",
      ],
      ...[":50%\r", ":0x7f00_0040_0000\r"],
    );
    const sitting = sit(lifeDatabase());
    await fc.assert(
      fc.asyncProperty(fc.array(key, { maxLength: 30 }), async (keys) => {
        for (const one of keys) sitting.type(one);
        const { view, tape } = sitting.session;
        expect(view.seq).toBeGreaterThanOrEqual(1);
        expect(view.seq).toBeLessThanOrEqual(tape.reader.eventCount);
        for (const row of shown(sitting).split("\n")) {
          expect(displayWidth(row)).toBeLessThanOrEqual(110);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }),
      { numRuns: 300 },
    );
    expect(sitting.errors).toEqual([]);
  });
});

describe("a recording", () => {
  it("without events says so", async () => {
    const folder = scripted(() => undefined);
    const sitting = sit(folder);
    sitting.type("lmx]g+zw/mremap\r");
    await sitting.rest();
    sitting.type("\u001b\u001b");
    expect(shown(sitting)).toContain("the recording has no events");
    expect(sitting.errors).toEqual([]);
  });

  it("with a damaged chunk shows the rest, and how much cannot be read", async () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("heap", "lib", "stack"));
      for (let i = 0; i < 9000; i++) script.map(1, 1000 + i * 8, 2);
      script.end(1);
    });
    const database = new Database(join(folder, "maptrail.db"));
    for (const { name } of database
      .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'trigger'")
      .all()) {
      database.exec(`DROP TRIGGER ${name}`);
    }
    database.exec("UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE chunk = 2");
    database.close();
    const sitting = sit(folder);
    sitting.type(":5000\r");
    await sitting.rest();
    expect(shown(sitting)).toMatch(/@5000 cannot be read/);
    expect(shown(sitting)).toMatch(/4096 events cannot be read/);
    sitting.type("g");
    expect(shown(sitting)).toContain("--- maps of 4121 read (start) ---");
    expect(sitting.errors).toEqual([]);
  });

  it("that is being made is followed while the cursor is on its end, and else left alone", () => {
    const folder = scratch();
    const store = open(join(folder, "maptrail.db"));
    const writer = store.writer(store.createRecording(meta));
    const script = new Script(writer);
    appendStart(writer, startOf(1));
    script.maps(1, "start", maps("heap", "stack"));
    writer.flush("{}");
    const sitting = sit(folder);
    const { session } = sitting;
    expect([session.view.seq, session.view.isFollowing]).toEqual([2, true]);
    script.map(1, 8, 4);
    writer.flush("{}");
    expect(session.refresh()).toBe(true);
    expect(session.tape.reader.eventCount).toBe(3);
    sitting.type("G");
    expect(session.frame?.mappedBytes).toBe((4 + 2 + 16) * page);
    sitting.type("h");
    expect(session.view.isFollowing).toBe(false);
    expect(session.refresh()).toBe(false);
    script.rows({ kind: kindCodes.munmap, process: 1, args: [at(8), 4 * page] });
    writer.flush("{}");
    session.refresh();
    sitting.type("G");
    expect(session.frame?.mappedBytes).toBe((2 + 16) * page);
    expect(session.event(4)?.name).toBe("munmap");
  });
});

/** Clicks, drags and the wheel, on what Ink has laid out at 120x40 and 80x24. Rows and columns are counted by hand. */
import { afterEach, describe, expect, it } from "vitest";
import { type MountedApp, mountApp } from "./mounted.ts";
import { lifeDatabase, type OpenSession, openSession } from "./sample.ts";

const open: { readonly sitting: OpenSession; readonly app: MountedApp }[] = [];
afterEach(() => {
  for (const { sitting, app } of open.splice(0)) {
    app.unmount();
    sitting.session.close();
  }
});

const buttons = { press: 0, drag: 32, wheelUp: 64, wheelDown: 65 } as const;

/** Standing on the first event. Cells are counted from 1, as terminals do. */
async function show(columns: number, rows: number) {
  const sitting = openSession(lifeDatabase(), { size: { columns, rows } });
  const app = mountApp(sitting.session);
  open.push({ sitting, app });
  const type = async (text: string): Promise<void> => {
    await app.type(text);
    await sitting.rest();
  };
  const mouse = (what: keyof typeof buttons, column: number, row: number): Promise<void> =>
    type(`\u001b[<${buttons[what]};${column};${row}M`);
  await type("g");
  return { session: sitting.session, type, mouse };
}

describe("at 120x40: map below its rule in row 2, timeline below that in row 8, events below that in row 14", () => {
  it("a press in the list goes to the event of that line, a drag as well", async () => {
    const { session, mouse } = await show(120, 40);
    await mouse("press", 20, 18);
    expect(session.view).toMatchObject({ seq: 4, pane: "events" });
    await mouse("drag", 75, 20);
    expect(session.view.seq).toBe(6);
    await mouse("press", 20, 39);
    expect(session.view.seq).toBe(6);
  });

  it("the wheel in the list goes three lines on", async () => {
    const { session, mouse } = await show(120, 40);
    await mouse("wheelDown", 1, 15);
    expect(session.view.seq).toBe(4);
    await mouse("wheelUp", 1, 39);
    expect(session.view.seq).toBe(1);
  });

  it("a press in the timeline goes to that time", async () => {
    const { session, mouse } = await show(120, 40);
    await mouse("press", 119, 9);
    // The last event of this recording that bears a time.
    expect(session.view).toMatchObject({ seq: 13, pane: "timeline" });
    await mouse("press", 12, 13);
    expect(session.view.seq).toBe(1);
  });

  it("a press in the map puts its cursor there, the wheel zooms", async () => {
    const { session, mouse } = await show(120, 40);
    await mouse("press", 3, 3);
    expect(session.view.pane).toBe("map");
    const first = session.view.address!;
    await mouse("press", 118, 4);
    expect(session.view.address).toBeGreaterThan(first);
    await mouse("wheelUp", 50, 7);
    const closer = session.view.window!;
    await mouse("wheelDown", 50, 7);
    const further = session.view.window!;
    expect(further.end - further.start).toBe(2 * (closer.end - closer.start));
  });

  it("a press beside the divider is one in the mapping, and rules and the divider are no pane", async () => {
    const { session, mouse } = await show(120, 40);
    await mouse("press", 77, 15);
    expect(session.view.pane).toBe("mapping");
    for (const [column, row] of [
      [76, 20],
      [20, 2],
      [20, 8],
      [20, 14],
      [20, 1],
      [20, 40],
    ] as const) {
      await mouse("press", column, row);
      expect(session.view).toMatchObject({ pane: "mapping", seq: 1 });
    }
  });

  it("the wheel moves the choice on the other screens", async () => {
    const { session, type, mouse } = await show(120, 40);
    await type("?");
    await mouse("wheelDown", 20, 20);
    expect(session.view.selected.help).toBe(3);
    await mouse("wheelUp", 20, 39);
    expect(session.view.selected.help).toBe(0);
  });
});

describe("at 80x24, where the mapping is the one line above the footer", () => {
  it("the list begins in row 11 and ends in row 22", async () => {
    const { session, mouse } = await show(80, 24);
    await mouse("press", 20, 11);
    expect(session.view).toMatchObject({ seq: 1, pane: "events" });
    await mouse("press", 20, 22);
    expect(session.view.seq).toBe(12);
    await mouse("press", 20, 23);
    expect(session.view).toMatchObject({ seq: 12, pane: "mapping" });
  });
});

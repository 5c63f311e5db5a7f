import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { runSql, type SqlOptions } from "../../src/app/sql.ts";
import { captureIo, sampleDatabase } from "./sample.ts";

async function sql(
  statement: string,
  options: Partial<SqlOptions> = {},
  folder = sampleDatabase(),
) {
  const io = captureIo(folder);
  await runSql({ statement, ...options }, io);
  return io.outText();
}

const byCall =
  "SELECT call, count(*) AS n FROM event WHERE arg0 > 0 GROUP BY call ORDER BY n DESC, call LIMIT 3";

describe("sql", () => {
  it("shows a table with numbers to the right", async () => {
    expect(await sql(byCall)).toBe("call     n\nmremap   3\nbrk      1\nmadvise  1\n");
  });

  it("writes JSON that a parser takes, with integers exact beyond 2^53", async () => {
    expect(JSON.parse(await sql(byCall, { json: true }))).toEqual([
      { call: "mremap", n: 3 },
      { call: "brk", n: 1 },
      { call: "madvise", n: 1 },
    ]);
    const text = await sql(
      "SELECT 9223372036854775807 AS big, NULL AS none, x'00ff' AS bytes, 1 AS a, 2 AS a",
      { json: true },
    );
    expect(text).toBe(
      '[\n{"big":9223372036854775807,"none":null,"bytes":"00ff","a":1,"a_2":2}\n]\n',
    );
    expect(await sql("SELECT 1 WHERE 0", { json: true })).toBe("[]\n");
  });

  it("writes CSV with quotes where they are needed", async () => {
    const text = await sql(`SELECT 'a,b' AS x, 'say "no"' AS y, NULL AS z, 1.5 AS w`, {
      csv: true,
    });
    expect(text).toBe('x,y,z,w\n"a,b","say ""no""",,1.5\n');
  });

  it("lets no control character through to the terminal", async () => {
    expect(await sql("SELECT char(27) || '[2J' AS x")).toBe("x\n\\x1b[2J\n");
  });

  it("refuses to write and refuses nothing at all", async () => {
    await expect(sql("DELETE FROM event")).rejects.toThrow(/does not read/);
    await expect(sql("SELEC 1")).rejects.toThrow(/SELEC 1/);
    await expect(sql("  ")).rejects.toThrow("there is no SQL statement to run");
  });

  it("makes the tables first when the recording has none yet", async () => {
    const folder = sampleDatabase();
    forget(folder);
    expect(
      JSON.parse(await sql("SELECT count(*) AS n FROM event", { json: true }, folder)),
    ).toEqual([{ n: 13 }]);
  });
});

/** As after a recording of more than a million events. */
function forget(folder: string): void {
  const database = new Sqlite(join(folder, "maptrail.db"));
  database.exec("DELETE FROM event; UPDATE recording SET projected = 0");
  database.close();
}

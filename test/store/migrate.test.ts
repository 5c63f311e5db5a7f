import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { migrate, readMigrations, versionOf } from "../../src/store/migrate.ts";
import { batchOf } from "./batches.ts";
import { meta, mmaps, open, scratch, summary } from "./helpers.ts";

const migrations = readMigrations();

/** Everything that a database's schema says, by name. */
function schemaOf(path: string): unknown[] {
  const database = new Sqlite(path, { readonly: true });
  const rows = database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();
  database.close();
  return rows;
}

describe("a database of each older version", () => {
  it.each(migrations.slice(0, -1).map((migration) => migration.version))("%i", (version) => {
    const folder = scratch();
    const old = new Sqlite(`${folder}/old.db`);
    migrate(old, migrations.slice(0, version));
    expect(versionOf(old)).toBe(version);
    old.exec(`INSERT INTO recording (status, command, cwd, started_at_unix_nanos, source, tool_version, host)
      VALUES ('recording', '["ls"]', '/', 5, 'native', '0.0.1', '{}')`);
    old.close();
    open(`${folder}/new.db`);
    const store = open(`${folder}/old.db`, "read");
    expect(store.recording(1).command).toEqual(["ls"]);
    expect(schemaOf(`${folder}/old.db`)).toEqual(schemaOf(`${folder}/new.db`));
    const writer = open(`${folder}/old.db`, "write").writer(1);
    writer.append(batchOf(mmaps(3)));
    writer.finish(summary);
    expect(store.query("SELECT count(*) FROM event").rows).toEqual([[3]]);
  });
});

describe("a migration", () => {
  it("that fails leaves the version before it", () => {
    const database = new Sqlite(":memory:");
    const broken = { version: 2, sql: "CREATE TABLE half (a); SELEKT" };
    expect(() => migrate(database, [migrations[0]!, broken])).toThrow("syntax error");
    expect(versionOf(database)).toBe(1);
    const half = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get();
    expect(half).toBeUndefined();
    database.close();
  });

  it("is applied once", () => {
    const path = `${scratch()}/a.db`;
    open(path).createRecording(meta);
    const before = schemaOf(path);
    expect(open(path).recordings()).toHaveLength(1);
    expect(schemaOf(path)).toEqual(before);
  });

  it("makes every table STRICT", () => {
    const path = `${scratch()}/a.db`;
    open(path);
    const loose = open(path, "read").query(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'",
    );
    expect(loose.rows).toEqual([]);
  });
});

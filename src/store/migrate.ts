/** Brings a database to the newest shape: the files of migrations/ in order, forward only. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "../base/assert.ts";
import { exitCodes, UserError } from "../base/errors.ts";
import type { Database } from "./connection.ts";

/** Header field that marks a SQLite file as maptrail's: "MPTL". */
export const applicationId = 0x4d50544c;

interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** The package's migrations/, wherever this file was compiled to. */
function migrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, "migrations");
    if (hasMigrations(candidate)) return candidate;
    const parent = dirname(folder);
    assert(parent !== folder, "the package has no migrations folder");
    folder = parent;
  }
}

function hasMigrations(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.startsWith("0001_"));
  } catch {
    return false;
  }
}

/** All migrations, oldest first, numbered from 1 without gaps. */
export function readMigrations(): readonly Migration[] {
  const folder = migrationsFolder();
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort();
  return names.map((name, index) => {
    const version = Number(name.slice(0, 4));
    assert(version === index + 1, `migrations/${name} should have number ${index + 1}`);
    return { version, sql: readFileSync(join(folder, name), "utf8") };
  });
}

/** Number of the last migration that a database has seen; 0 for a new one. */
export function versionOf(database: Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

/**
 * Throws a UserError for a database that is not maptrail's or that a newer version wrote.
 * An empty file is a database without tables and passes.
 */
export function checkIdentity(database: Database, path: string, newest: number): void {
  const tables = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
  if (tables === 0) return;
  if (database.pragma("application_id", { simple: true }) !== applicationId) {
    throw new UserError(`${path} is a database of another program`, {
      exitCode: exitCodes.damagedInput,
      hint: "Name a file that maptrail record made, or another one for a new recording.",
    });
  }
  const version = versionOf(database);
  if (version > newest) {
    throw new UserError(
      `${path} was written by a newer maptrail: its format is ${version}, this one knows up to ${newest}`,
      { exitCode: exitCodes.damagedInput, hint: "Use a newer maptrail." },
    );
  }
}

/** Applies what is missing, each migration in a transaction of its own. */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  for (const { version, sql } of migrations) {
    if (versionOf(database) >= version) continue;
    database
      .transaction(() => {
        // Another process may have applied it between the check and the lock.
        if (versionOf(database) >= version) return;
        database.exec(sql);
        database.pragma(`user_version = ${version}`);
      })
      .immediate();
  }
}

/** What a recording says of its processes and of its losses. Reads the database itself: a command takes longer to start. */
import type { StatsResult } from "../../src/analyses/stats.ts";
import { examine } from "../../src/app/passes/examination.ts";
import { openStore } from "../../src/store/open.ts";

/** A row of the SQL table `process`, as far as tests use it. */
export interface ProcessFacts {
  readonly process: number;
  readonly pid: number;
  readonly parent: number | null;
  readonly how: string;
  readonly exe: string;
  readonly coverage: string;
  readonly reasons: readonly string[];
  readonly endHow: string | null;
  readonly endStatus: number | null;
}

/** Rows of one statement that reads. */
export function sql(database: string, statement: string): Record<string, unknown>[] {
  const store = openStore(database, { mode: "read" });
  try {
    const { columns, rows } = store.query(statement);
    return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
  } finally {
    store.close();
  }
}

/** The processes of the newest recording, in the order of their start. */
export function readProcesses(database: string): ProcessFacts[] {
  const rows = sql(
    database,
    `SELECT process, pid, parent, how, exe, coverage, coverage_reasons AS reasons,
       end_how AS endHow, end_status AS endStatus
     FROM process WHERE recording = (SELECT max(id) FROM recording) ORDER BY started_at_nanos`,
  );
  return rows.map((row) => ({
    ...(row as unknown as ProcessFacts),
    reasons: JSON.parse(String(row["reasons"])) as string[],
  }));
}

/** Figures of the newest recording, as `stats --json` gives them. */
export function readStats(database: string): StatsResult {
  const store = openStore(database, { mode: "read" });
  try {
    const row = store.recording();
    return examine(row, store.reader(row.id)).stats;
  } finally {
    store.close();
  }
}

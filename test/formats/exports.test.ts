/** Each export, read by a program that knows the format: what it finds is what the recording holds. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBatch } from "../../src/events/batch.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import type { ExportSource } from "../../src/formats/export/exporter.ts";
import { exporterNamed } from "../../src/formats/export/exporters.ts";
import {
  callsByProcess,
  type EventObject,
  eventsOf,
  exported,
  type Imported,
  importTexts,
} from "../helpers/formats.ts";
import { schemaErrors } from "../helpers/json-schema.ts";
import { projectRoot } from "../helpers/programs.ts";
import { missingReason, orFailOnCi, titled } from "../helpers/tools.ts";
import { readTrace } from "../helpers/trace-events.ts";

/** Names that break what is not careful; the last one is not UTF-8. */
const nasty = [
  "<script>alert(1)</script>",
  `"quoted" 'twice' \`thrice\``,
  "\u001b[31mred\u001b[0m",
  "two\nlines\r\nand\ttabs",
  "=cmd()",
  "+1",
  "-1",
  "@sum",
  "'already",
  "a,b;c\\d",
  "ünï ✓ 😀",
  "*\ufffd*",
];

/** As strace writes it: octal escapes, byte by byte. */
function escaped(text: string): string {
  const bytes = text === "*\ufffd*" ? [0x2a, 0xff, 0x2a] : [...new TextEncoder().encode(text)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

const lines = [
  `10 1795645980.000000 execve("${escaped(nasty[0]!)}", [${nasty.map((name) => `"${escaped(name)}"`).join(", ")}], NULL) = 0 <0.000100>`,
  ...nasty.map(
    (name, i) =>
      `10 1795645980.000${i + 200} mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3<${escaped(name)}>, 0) = 0x7f00000${(2 * i + 16).toString(16)}000 <0.000007>`,
  ),
  "10 1795645981.000000 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000100000 <0.000003>",
  "10 1795645981.000010 mremap(0x7f0000100000, 4096, 8192, MREMAP_MAYMOVE) = 0x7f0000200000 <0.000004>",
  "10 1795645981.000020 munmap(0x8000000000000123, 18446744073709551615) = -1 EINVAL (Invalid argument) <0.000001>",
  "10 1795645981.000030 munmap(0x7f0000010000, 4096 <unfinished ...>",
  "10 1795645981.000040 +++ exited with 0 +++",
];

let imported: Imported;
let events: EventObject[];
let folder = "";
beforeAll(async () => {
  imported = await importTexts({ log: `${lines.join("\n")}\n` });
  expect(imported.told).toBe("");
  events = eventsOf(imported.database);
  folder = await mkdtemp(join(tmpdir(), "maptrail-exports-"));
});
afterAll(async () => {
  await rm(imported.folder, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

async function toFile(format: string): Promise<string> {
  const file = join(folder, `out.${format}`);
  await writeFile(file, await exported(imported.database, format));
  return file;
}

/** What a reader does with a cell that was made harmless. */
const plain = (cell: unknown): string => String(cell).replace(/^'/, "");

it("the recording holds the names as they are", () => {
  const paths = events.filter(({ call }) => call === "mmap").map((event) => event["path"]);
  expect(paths.slice(0, nasty.length)).toEqual(nasty);
  expect(events.find(({ observation }) => observation === "processStarted")).toMatchObject({
    start: { argv: nasty },
  });
});

it("strace, read by maptrail import, is the same events of the same processes", async () => {
  const log = await exported(imported.database, "strace");
  const back = await importTexts({ log });
  const again = eventsOf(back.database);
  await rm(back.folder, { recursive: true });
  expect(callsByProcess(again)).toEqual(callsByProcess(events));
  expect(again[0]).toMatchObject({ start: { argv: nasty, exe: nasty[0] } });
});

const noSqlite = missingReason(["sqlite3"]);
describe.skipIf(noSqlite !== undefined)(titled("csv, read by sqlite3", noSqlite), () => {
  const rows = (file: string): Record<string, string>[] => {
    const commands = [".mode json", `.import --csv ${file} t`, "SELECT * FROM t;"].join("\n");
    return JSON.parse(execFileSync("sqlite3", [":memory:"], { input: commands, encoding: "utf8" }));
  };

  it("events", async () => {
    const found = rows(await toFile("csv"));
    expect(found.length).toBe(events.length);
    for (const [i, event] of events.entries()) {
      const row = found[i]!;
      expect(row).toMatchObject({
        seq: String(event.seq),
        pid: String(event.pid),
        call: event.call ?? event.observation,
        at_nanos: String(event["atNanos"]),
        duration_nanos: String(event["durationNanos"] ?? ""),
        result: event.result ?? "",
        errno: event.errno ?? "",
        addr: event["addr"] ?? "",
        new_addr: event["newAddr"] ?? "",
        prot: event["prot"] ?? "",
        flags: event["flags"] ?? "",
      });
      expect(event.args).toEqual(
        [0, 1, 2, 3, 4, 5].map((n) => row[`arg${n}`]).slice(0, event.args.length),
      );
      expect(plain(row["path"])).toBe(event["path"] ?? "");
      expect(row["path"]).not.toMatch(/^[=+\-@]/);
    }
  });

  it("mappings", async () => {
    const found = rows(await toFile("mappings-csv"));
    expect(
      found
        .map(({ path }) => plain(path))
        .filter((path) => path !== "")
        .sort(),
    ).toEqual([...nasty].sort());
    const moved = found.filter(
      ({ mapping }) => mapping === found.find(({ loss }) => loss === "moved")?.["mapping"],
    );
    expect(moved.map(({ start, bytes, gain, loss }) => ({ start, bytes, gain, loss }))).toEqual([
      { start: "0x7f0000100000", bytes: "4096", gain: "mapped", loss: "moved" },
      { start: "0x7f0000200000", bytes: "8192", gain: "moved", loss: "ended" },
    ]);
    expect(plain(moved[0]?.["permissions"])).toBe("rw-p");
  });
});

describe("parquet, read by DuckDB", () => {
  it("events", async () => {
    const file = await toFile("parquet");
    const connection = await (await DuckDBInstance.create()).connect();
    const reader = await connection.runAndReadAll(
      `SELECT * FROM read_parquet('${file}') ORDER BY seq`,
    );
    const found = reader.getRowObjects();
    connection.closeSync();
    const hex = (value: unknown): string | null =>
      value === null ? null : `0x${BigInt.asUintN(64, BigInt(String(value))).toString(16)}`;
    expect(found.length).toBe(events.length);
    for (const [i, event] of events.entries()) {
      const row = found[i]!;
      expect(Number(row["seq"])).toBe(event.seq);
      expect(row["call"]).toBe(event.call ?? event.observation);
      expect(Number(row["at_nanos"])).toBe(event["atNanos"]);
      expect(hex(row["result"])).toBe(event.result);
      expect(row["errno"]).toBe(event.errno);
      expect(row["path"]).toBe(event["path"] ?? null);
      const args = [0, 1, 2, 3, 4, 5].map((n) => hex(row[`arg${n}`]));
      expect(args.filter((arg) => arg !== null)).toEqual(event.args);
      const duration = row["duration_nanos"];
      expect(duration === null ? null : Number(duration)).toBe(event["durationNanos"]);
    }
  });
});

const noJq = missingReason(["jq"]);
describe.skipIf(noJq !== undefined)(titled("jsonl, read by jq", noJq), () => {
  const read = (file: string, filter: string): string[] =>
    execFileSync("jq", ["-c", filter, file], { encoding: "utf8" }).trimEnd().split("\n");

  it("events", async () => {
    const found = read(await toFile("jsonl"), ".").map((line) => JSON.parse(line) as unknown);
    expect(found).toEqual(events);
  });

  it("mappings", async () => {
    const paths = read(await toFile("mappings-jsonl"), 'select(.path != "") | .path');
    expect(paths.map((line) => JSON.parse(line) as string).sort()).toEqual([...nasty].sort());
  });
});

describe("perfetto, read by the format's rules", () => {
  it("has every call on its thread, and what is mapped behind it", async () => {
    const text = (await exported(imported.database, "perfetto")).toString();
    const trace = readTrace(text);
    const calls = trace.filter(({ ph }) => ph === "X" || ph === "i");
    const expected = events.filter(({ call }) => call !== null);
    expect(calls.map(({ name, tid, ts }) => [name, tid, ts])).toEqual(
      expected.map(({ call, tid, ...rest }) => [call, tid, Number(rest["atNanos"]) / 1000]),
    );
    expect(calls.map(({ args }) => args["path"])).toEqual(expected.map((event) => event["path"]));
    const bytes = trace.filter(({ ph, name }) => ph === "C" && name === "mapped");
    expect(bytes.at(-1)?.args).toEqual({ bytes: 8192 * nasty.length + 8192 });
    expect(bytes.length).toBe(nasty.length + 2);
    expect(text).not.toContain("\u001b");
  });
});

const python = "/usr/bin/python3";
const parser = "prometheus_client.openmetrics.parser";
function noParser(): string | undefined {
  try {
    execFileSync(python, ["-c", `import ${parser}`], { stdio: "ignore" });
    return undefined;
  } catch {
    return orFailOnCi("needs python3-prometheus-client");
  }
}
const reason = noParser();
describe.skipIf(reason !== undefined)(titled("openmetrics, read by Prometheus", reason), () => {
  it("has the totals", async () => {
    const script = `
import json, sys
from ${parser} import text_string_to_metric_families as read
families = read(sys.stdin.read())
print(json.dumps([[s.name, s.labels, s.value] for f in families for s in f.samples]))`;
    const input = await exported(imported.database, "openmetrics");
    const output = execFileSync(python, ["-c", script], { input, encoding: "utf8" });
    const samples = JSON.parse(output) as [string, Record<string, string>, number][];
    const value = (name: string, labels: Record<string, string> = {}): number | undefined =>
      samples.find(
        ([one, has]) =>
          one === name && Object.entries(labels).every(([key, text]) => has[key] === text),
      )?.[2];
    expect(value("maptrail_calls_total", { call: "mmap" })).toBe(nasty.length + 1);
    expect(value("maptrail_failed_calls_total", { call: "munmap" })).toBe(1);
    expect(value("maptrail_call_seconds_total", { call: "mremap" })).toBeCloseTo(4e-6);
    expect(value("maptrail_growths_total", { outcome: "moved" })).toBe(1);
    expect(value("maptrail_growth_bytes_total", { outcome: "moved" })).toBe(4096);
    expect(value("maptrail_peak_mapped_bytes")).toBe(8192 * nasty.length + 8192);
    const info = samples.find(([name]) => name === "maptrail_recording_info");
    expect(info?.[1]["command"]).toBe(nasty.join(" "));
  });
});

describe("speedscope, held against its published schema", () => {
  it("has each stack once in each profile", async () => {
    const batch = createBatch(3);
    batch.length = 3;
    batch.kind.fill(kindCodes.mmap);
    batch.stack.set([1, 2, 1]);
    batch.duration.set([5, 7, -1]);
    const main = { name: "main", file: "main.c", line: 3 };
    const stacks = [
      [{ name: "mmap" }, { name: "<script>" }, main],
      [{ name: "mmap" }, main],
    ];
    const source: Pick<ExportSource, "batches" | "stackOf" | "stackNumberOf"> = {
      batches: () => [batch],
      stackNumberOf: (one, row) => one.stack[row]!,
      stackOf: (stack) => stacks[stack - 1]!,
    };
    let text = "";
    await exporterNamed("speedscope").run(source as ExportSource, {
      text: async (more) => {
        text += more;
      },
      bytes: async () => undefined,
    });
    const file = join(projectRoot, "node_modules/speedscope/dist/release/file-format-schema.json");
    const schema = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    const profile = JSON.parse(text) as Record<string, never>;
    expect(schemaErrors(schema, profile)).toEqual([]);
    expect(schemaErrors(schema, { ...profile, profiles: 1 })).not.toEqual([]);
    expect(profile).toMatchObject({
      shared: { frames: [main, { name: "<script>" }, { name: "mmap" }] },
      profiles: [
        {
          unit: "none",
          samples: [
            [0, 1, 2],
            [0, 2],
          ],
          weights: [2, 1],
          endValue: 3,
        },
        {
          unit: "nanoseconds",
          samples: [
            [0, 1, 2],
            [0, 2],
          ],
          weights: [5, 7],
          endValue: 12,
        },
      ],
    });
  });

  it("refuses a recording without stacks", async () => {
    await expect(exported(imported.database, "speedscope")).rejects.toThrow("holds no call stacks");
  });
});

/** Rows of a query as a table, JSON or CSV. */

import { alignColumns } from "../base/columns.ts";
import { printable } from "../base/printable.ts";
import type { Style } from "../base/style.ts";

type Rows = readonly (readonly unknown[])[];

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** Text of one value: empty for NULL, X'..' for bytes. */
function valueText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return value instanceof Uint8Array ? `X'${hexOf(value)}'` : String(value);
}

/** A header, then the rows; columns of only numbers are right-aligned. */
export function rowTable(columns: readonly string[], rows: Rows, style: Style): string {
  const shapes = columns.map((_, i) => {
    const values = rows.map((row) => row[i]).filter((value) => value !== undefined);
    return values.length > 0 && values.every(isNumber) ? ({ align: "right" } as const) : {};
  });
  const header = columns.map((name) => style.paint("quiet", printable(name)));
  const cells = rows.map((row) => row.map((value) => printable(valueText(value))));
  return alignColumns([header, ...cells], shapes).join("\n");
}

/** One JSON object a row. Integers beyond a double's precision are written exactly. */
export function jsonRows(columns: readonly string[], rows: Rows): string[] {
  const names = distinct(columns).map((name) => JSON.stringify(name));
  return rows.map((row) => `{${names.map((name, i) => `${name}:${jsonValue(row[i])}`).join(",")}}`);
}

function jsonValue(value: unknown): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "bigint") return String(value);
  // SQLite has infinities, JSON does not.
  if (typeof value === "number" && !Number.isFinite(value)) return "null";
  return JSON.stringify(value instanceof Uint8Array ? hexOf(value) : value);
}

/** `a, a` becomes `a, a_2`, as keys of an object must be unique. */
function distinct(columns: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return columns.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}

/** RFC 4180 with a header, but with Unix newlines. */
export function csvText(columns: readonly string[], rows: Rows): string {
  const lines = [
    columns.map(csvField),
    ...rows.map((row) => row.map((v) => csvField(valueText(v)))),
  ];
  return `${lines.map((fields) => fields.join(",")).join("\n")}\n`;
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

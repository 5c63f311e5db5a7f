/** All exporters by name. */

import { UserError } from "../../base/errors.ts";
import { csv } from "./csv.ts";
import type { Exporter } from "./exporter.ts";
import { jsonl } from "./jsonl.ts";
import { mappingsCsv, mappingsJsonl } from "./mappings.ts";
import { openmetrics } from "./openmetrics.ts";
import { parquet } from "./parquet.ts";
import { perfetto } from "./perfetto.ts";
import { speedscope } from "./speedscope.ts";
import { strace } from "./strace.ts";

export const exporters: readonly Exporter[] = [
  perfetto,
  speedscope,
  csv,
  jsonl,
  parquet,
  mappingsCsv,
  mappingsJsonl,
  strace,
  openmetrics,
];

export function exporterNamed(name: string): Exporter {
  const found = exporters.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new UserError(`"${name}" is no format to export to`, {
    hint: `There are ${exporters.map((one) => one.name).join(", ")}.`,
  });
}

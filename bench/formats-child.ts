/** The measured part of formats.ts: `formats-child.js import|FORMAT DB FILE` prints FormatFigures as JSON. */
import { statSync } from "node:fs";
import { exportRecording } from "../src/app/export.ts";
import { importFiles } from "../src/app/import.ts";
import type { Io, Output } from "../src/app/io/io.ts";
import { plainStyle } from "../src/base/style.ts";

export interface FormatFigures {
  readonly seconds: number;
  /** Peak resident memory. */
  readonly peakBytes: number;
  /** Size of the file that was written or read. */
  readonly fileBytes: number;
}

const [what = "", database = "", file = ""] = process.argv.slice(2);
const nowhere: Output = { style: plainStyle, isTTY: false, write: async () => undefined };
const io: Io = { out: nowhere, err: nowhere, env: {}, cwd: "/" };

const began = performance.now();
if (what === "import") await importFiles({ files: [file], db: database, quiet: true }, io);
else await exportRecording({ format: what, db: database, output: file }, io);
const figures: FormatFigures = {
  seconds: (performance.now() - began) / 1e3,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  fileBytes: statSync(file).size,
};
process.stdout.write(JSON.stringify(figures));

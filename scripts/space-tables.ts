/** `npm run tables:space`: has the live kernel answer the cases of the model's table tests anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { plannedCases } from "../test/helpers/kernel-cases.ts";
import { mapRefusals } from "../test/helpers/kernel-map-refusals.ts";
import { refusalCases } from "../test/helpers/kernel-refusals.ts";
import { recordCase, type TableCase } from "../test/helpers/kernel-tables.ts";
import { KernelWorker } from "../test/helpers/kernel-worker.ts";

const path = "fixtures/space/kernel-tables.json";
const worker = await KernelWorker.start();
const cases: TableCase[] = [];
const planned = [plannedCases, mapRefusals, refusalCases].flatMap((cases) => cases(worker.hello));
for (const one of planned) cases.push(await recordCase(worker, one));
worker.stop();
const { hello } = worker;
const kernel = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim().replace(/-.*/, "");
const files = hello.inodes.map((inode, n) => ({
  dev: hello.dev,
  inode: String(inode),
  readOnly: n === 1 || n === 3,
}));
const tables = JSON.stringify({ kernel, features: hello.features, files }, undefined, 1);
// A line for each case, so that a new one is a line in the diff.
const rows = cases.map((one) => JSON.stringify(one)).join(",\n");
writeFileSync(path, `${tables.replace(/\n\}$/, "")},\n "cases": [\n${rows}\n ]\n}\n`);
console.log(`${cases.length} cases of Linux ${kernel} in ${path}`);

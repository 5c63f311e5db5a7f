/** `npm run tables:space`: has the live kernel answer the cases of the model's table tests anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { plannedCases } from "../test/helpers/kernel-cases.ts";
import { recordCase, type TableCase } from "../test/helpers/kernel-tables.ts";
import { KernelWorker } from "../test/helpers/kernel-worker.ts";

const path = "fixtures/space/kernel-tables.json";
const worker = await KernelWorker.start();
const cases: TableCase[] = [];
for (const planned of plannedCases(worker.hello)) cases.push(await recordCase(worker, planned));
worker.stop();
const { hello } = worker;
const kernel = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim().replace(/-.*/, "");
const files = hello.inodes.map((inode, n) => ({
  dev: hello.dev,
  inode: String(inode),
  readOnly: n === 1 || n === 3,
}));
const tables = { kernel, features: hello.features, files, cases };
writeFileSync(path, `${JSON.stringify(tables, undefined, 1)}\n`);
console.log(`${cases.length} cases of Linux ${kernel} in ${path}`);

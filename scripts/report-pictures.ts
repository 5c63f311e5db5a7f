/**
 * `npm run page:pictures`: records a program whose buffers grow, and photographs its report at two widths
 * and in both colour schemes, for the README. Needs chromium and python3.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../bench/package-root.ts";
import { Chromium, type PageOptions } from "../test/helpers/chromium.ts";

const root = packageRoot();

/** Buffers that double among threads and other mappings, as an interpreter's do. */
const program = `
import mmap, threading, time
def work(n):
    parts = [bytearray(200_000 + i * 9_000) for i in range(60)]
    time.sleep(0.05)
buffer, others = bytearray(), []
for i in range(40):
    buffer.extend(b"x" * 400_000)
    if i % 8 == 3:
        others.append(threading.Thread(target=work, args=(i,)))
        others[-1].start()
    if i % 5 == 2:
        others.append(mmap.mmap(-1, 3_000_000))
    time.sleep(0.004)
numbers = []
for i in range(3_000_000):
    numbers.append(i)
shared = mmap.mmap(-1, 8_000_000)
shared.resize(20_000_000)
`;

interface Picture {
  readonly name: string;
  readonly options: PageOptions;
}

const pictures: readonly Picture[] = [
  { name: "report-light", options: { width: 1280, height: 920 } },
  { name: "report-dark", options: { width: 1280, height: 920, dark: true } },
  { name: "report-narrow-light", options: { width: 390, height: 920 } },
  { name: "report-narrow-dark", options: { width: 390, height: 920, dark: true } },
];

function makePage(folder: string): string {
  const script = join(folder, "grow.py");
  writeFileSync(script, program);
  const database = join(folder, "grow.db");
  const page = join(folder, "report.html");
  const maptrail = (...args: string[]): void => {
    execFileSync(join(root, "bin/maptrail.js"), args, { cwd: folder, stdio: "inherit" });
  };
  maptrail("record", "--quiet", "-o", database, "--", "/usr/bin/python3", "grow.py");
  maptrail("report", "--db", database, "-o", page);
  return page;
}

async function photograph(page: string): Promise<void> {
  const browser = new Chromium();
  mkdirSync(join(root, "docs"), { recursive: true });
  for (const { name, options } of pictures) {
    const opened = await browser.open(page, options);
    await opened.evaluate(`new Promise((resolve) => {
      const look = () => document.getElementById("picture-canvas").dataset.frames
        ? requestAnimationFrame(resolve) : requestAnimationFrame(look);
      look();
    })`);
    const path = join(root, "docs", `${name}.png`);
    writeFileSync(path, await opened.screenshot());
    console.log(`docs/${name}.png ${Math.round(statSync(path).size / 1024)} KiB`);
    await opened.close();
  }
  await browser.close();
}

const folder = mkdtempSync(join(tmpdir(), "maptrail-pictures-"));
try {
  await photograph(makePage(folder));
} finally {
  rmSync(folder, { recursive: true });
}

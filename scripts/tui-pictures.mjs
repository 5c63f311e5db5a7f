// Makes the README's pictures of the TUI from the real screen: records a program, opens it in tmux, and
// draws what tmux shows as SVG. Needs tmux and python3; run it again when the screens have changed:
//   npm run build && node scripts/tui-pictures.mjs
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { terminalSvg } from "./terminal-svg.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const maptrail = join(root, "bin/maptrail.js");
const columns = 112;
const rows = 34;

/** Three threads grow buffers among each other, beside a shared mapping and a list that grows. */
const program = `import mmap, threading, time

def collect():
    buffer = bytearray()
    for _ in range(60):
        buffer += b"x" * 300_000
        time.sleep(0.002)

threads = [threading.Thread(target=collect) for _ in range(3)]
for thread in threads:
    thread.start()
shared = mmap.mmap(-1, 24 << 20)
numbers = []
for number in range(400_000):
    numbers.append(number)
for thread in threads:
    thread.join()
try:
    mmap.mmap(-1, 1 << 46)
except OSError:
    pass
`;

/** The keys, and what must be on the screen before the picture is taken. */
const pictures = [
  {
    name: "tui-move",
    keys: ["g", ...Array(14).fill("m")],
    expected: /moved, now[^\n]*blocked by/,
  },
  { name: "tui-findings", keys: ["f"], expected: /─ findings ─[^\n]*─ [1-9]/ },
  {
    name: "tui-zoom",
    keys: ["g", ...Array(24).fill("m"), "z", "-", "/mremap grew >1M", "Enter"],
    expected: /filter: mremap grew >1M ─[^\n]*match(?:es)? ─[\s\S]*born/,
  },
];

const folder = mkdtempSync(join(tmpdir(), "maptrail-pictures-"));
const tmux = (...args) =>
  execFileSync("tmux", ["-S", join(folder, "tmux"), "-f", "/dev/null", ...args], {
    encoding: "utf8",
  });

async function waitFor(expected) {
  for (let tries = 0; tries < 200; tries++) {
    const screen = tmux("capture-pane", "-p");
    if (expected.test(screen)) return;
    await sleep(50);
  }
  throw new Error(`${expected} did not appear on\n${tmux("capture-pane", "-p")}`);
}

async function take({ name, keys, expected }) {
  const size = ["-x", String(columns), "-y", String(rows)];
  const environment = "LC_ALL=C.UTF-8 TERM=tmux-256color COLORTERM=truecolor";
  const command = `${environment} exec ${maptrail} tui grow.db`;
  tmux("new-session", "-d", "-s", name, ...size, "-c", folder, command);
  tmux("set", "-g", "status", "off");
  tmux("resize-window", "-t", name, ...size);
  await waitFor(/exact/);
  for (const key of keys) tmux("send-keys", "-t", name, ...(key === "Enter" ? [] : ["-l"]), key);
  await waitFor(expected);
  await sleep(400); // for the mapping's life, which is read after a short rest
  const screen = tmux("capture-pane", "-e", "-p", "-t", name);
  mkdirSync(join(root, "docs"), { recursive: true });
  writeFileSync(join(root, "docs", `${name}.svg`), terminalSvg(screen, columns, rows));
  tmux("send-keys", "-t", name, "q");
  await sleep(300);
}

try {
  writeFileSync(join(folder, "grow.py"), program);
  const record = ["record", "--quiet", "-o", "grow.db", "--", "/usr/bin/python3", "grow.py"];
  execFileSync(maptrail, record, { cwd: folder, stdio: "inherit" });
  for (const picture of pictures) await take(picture);
} finally {
  try {
    tmux("kill-server");
  } catch {
    // The last session took the server with it.
  }
  rmSync(folder, { recursive: true });
}

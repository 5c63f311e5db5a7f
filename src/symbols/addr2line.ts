/** Looks addresses up by binutils' addr2line, one process a file. */
import { spawnSync } from "node:child_process";
import { demangleAll } from "./demangle.ts";
import type { FileAnswer, FileQuery, SourceFrame } from "./lookup.ts";

const patienceMillis = 60_000;

/** Undefined where addr2line is not installed. */
export function askAddr2line(file: FileQuery): FileAnswer | undefined {
  const input = file.addresses.map((address) => `${addressText(address)}\n`).join("");
  const asked = ["-a", "-f", "-i", "-e", file.debugPath ?? file.path];
  const child = spawnSync("addr2line", asked, {
    input,
    encoding: "utf8",
    timeout: patienceMillis,
    maxBuffer: 1 << 30,
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, DEBUGINFOD_URLS: "" },
  });
  const code = (child.error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT") return undefined;
  if (child.status !== 0) {
    return { reason: `addr2line could not read it (${code ?? child.signal ?? child.status})` };
  }
  const frames = parseAddr2line(child.stdout);
  if (frames.length !== file.addresses.length) return { reason: "addr2line left out an address" };
  return { frames: withPlainNames(frames) };
}

/** No function lies at the end of the address space, where addresses below 0 would be. */
function addressText(address: number): string {
  return `0x${BigInt.asUintN(64, BigInt(address)).toString(16)}`;
}

/** Each address is on a line of its own, followed by two lines for each function: its name and its place. */
export function parseAddr2line(text: string): SourceFrame[][] {
  const all: SourceFrame[][] = [];
  let name: string | undefined;
  for (const line of text.split("\n")) {
    if (/^0x[0-9a-f]+$/.test(line)) {
      all.push([]);
      name = undefined;
    } else if (name === undefined) name = line;
    else {
      const frame = { name: name === "??" ? undefined : name, ...placeOf(line) };
      if (frame.name !== undefined || frame.file !== undefined) all.at(-1)?.push(frame);
      name = undefined;
    }
  }
  return all;
}

/** `dir/file.c:12 (discriminator 3)`, `file.c:?`, `??:0` */
function placeOf(text: string): Pick<SourceFrame, "file" | "line"> {
  const match = /^(.*):(\d+|\?)(?: \(discriminator \d+\))?$/.exec(text);
  const file = match?.[1];
  if (file === undefined || file === "??") return {};
  return { file, line: Number(match?.[2]) || undefined };
}

function withPlainNames(all: readonly (readonly SourceFrame[])[]): SourceFrame[][] {
  const names = all.flatMap((frames) => frames.flatMap(({ name }) => name ?? []));
  const plain = demangleAll(names);
  return all.map((frames) =>
    frames.map((frame) =>
      frame.name === undefined ? frame : { ...frame, name: plain.get(frame.name) ?? frame.name },
    ),
  );
}

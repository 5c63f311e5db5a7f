/** What `doctor` looks at on the machine itself, one function a line. The native side is elsewhere. */

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  statfsSync,
  statSync,
} from "node:fs";
import { release } from "node:os";
import { delimiter, join } from "node:path";
import type { Environment } from "../../base/terminal.ts";
import { formatBytes, formatCount } from "../../base/units.ts";
import type { Check } from "../../reports/checks.ts";
import type { SymbolReader } from "../../symbols/symbolise.ts";

/** Node's version that package.json asks for. */
const oldestNode = [20, 19] as const;
/** Journals are given back while they are drained; this much has been enough for 20 M calls a minute. */
const comfortableRoom = 256 * 1024 ** 2;
const leastRoom = 16 * 1024 ** 2;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const subject = "node";
  const fits = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (fits) return { status: "ok", subject, finding: version };
  return {
    status: "bad",
    subject,
    finding: `${version} is too old`,
    remedy: `Install Node ${oldestNode.join(".")} or newer.`,
  };
}

export function checkKernel(platform: string, arch: string, kernel = release()): Check {
  const subject = "kernel";
  const finding = `${platform} ${kernel} ${arch}`;
  if (platform !== "linux" || arch !== "x64") {
    return { status: "bad", subject, finding, remedy: "Record on Linux on x86-64." };
  }
  const [major = 0, minor = 0] = kernel.split(".").map((part) => Number.parseInt(part, 10));
  if (major < 4 || (major === 4 && minor < 17)) {
    const remedy = "Kernels before 4.17 ignore MAP_FIXED_NOREPLACE: trust results, not flags.";
    return { status: "warn", subject, finding, remedy };
  }
  return { status: "ok", subject, finding };
}

/** Sites are written through it, so that libc's text is not split into many mappings. */
export function checkProcMem(path = "/proc/self/mem"): Check {
  const subject = path;
  try {
    closeSync(openSync(path, constants.O_RDWR));
    return { status: "ok", subject, finding: "can be written" };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return {
      status: "warn",
      subject,
      finding: `cannot be written (${code}): mprotect is used, which splits libc's text`,
      remedy: "Mount /proc, and look at the kernel parameter proc_mem.force_override.",
    };
  }
}

/** Room for journals and for the database. */
export function checkRoom(subject: string, folder: string): Check {
  let free: number;
  try {
    const { bavail, bsize } = statfsSync(folder);
    free = bavail * bsize;
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const remedy = "Name a folder that can be written with --journal, a database with -o.";
    return { status: "bad", subject, finding: `${folder} cannot be used: ${code}`, remedy };
  }
  const finding = `${folder}, ${formatBytes(free)} free`;
  if (free >= comfortableRoom) return { status: "ok", subject, finding };
  return {
    status: free >= leastRoom ? "warn" : "bad",
    subject,
    finding,
    remedy: "Free some space, or name a roomier folder with --journal, a database with -o.",
  };
}

export function findProgram(name: string, env: Environment): string | undefined {
  const folders = (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The compiler is needed once, to build the hook's library. */
export function checkCompiler(env: Environment, isBuilt: boolean): Check {
  const subject = "compiler";
  const found = ["cc", "gcc", "clang"].map((name) => findProgram(name, env)).find(Boolean);
  if (found !== undefined) return { status: "ok", subject, finding: found };
  if (isBuilt) return { status: "ok", subject, finding: "none, but the library is built" };
  return {
    status: "bad",
    subject,
    finding: "no cc, gcc or clang in PATH",
    remedy:
      "Install a C compiler (Debian: apt install gcc libc6-dev; Alpine: apk add gcc musl-dev).",
  };
}

/** Tools that recordings can be compared with; nothing that recording needs. */
export function checkOracle(name: string, env: Environment): Check {
  const found = findProgram(name, env);
  if (found !== undefined) return { status: "ok", subject: name, finding: found };
  return {
    status: "warn",
    subject: name,
    finding: "not in PATH",
    remedy: `Recording works without; the tests and the benchmark compare with ${name}.`,
  };
}

/** Who names the functions of stacks. */
export function checkNames(reader: SymbolReader): Check {
  const subject = "names";
  if (reader === "elfutils") return { status: "ok", subject, finding: "by elfutils' libdw" };
  const remedy = "Install elfutils (Debian: apt install elfutils).";
  const finding =
    reader === "addr2line"
      ? "by binutils' addr2line, which takes longer"
      : "functions alone, without files and lines: neither elfutils nor binutils is here";
  return { status: "warn", subject, finding, remedy };
}

export function checkMapCount(path = "/proc/sys/vm/max_map_count"): Check | undefined {
  if (!existsSync(path)) return undefined;
  const count = Number(readFileSync(path, "utf8"));
  return { status: "ok", subject: "max_map_count", finding: formatCount(count) };
}

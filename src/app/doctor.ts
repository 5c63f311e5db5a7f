/** `maptrail doctor`: whether this machine can record, and what to do when it cannot. */

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { exitCodes } from "../base/errors.ts";
import { type Check, checksText } from "../reports/checks.ts";
import { installedReader } from "../symbols/installed.ts";
import {
  checkCompiler,
  checkKernel,
  checkMapCount,
  checkNames,
  checkNode,
  checkOracle,
  checkProcMem,
  checkRoom,
} from "./doctor/doctor-checks.ts";
import { type NativeProbe, type NativeProbeResult, nativeProbe } from "./doctor/native-probe.ts";
import type { Io } from "./io/io.ts";
import { jsonArray } from "./io/json-array.ts";
import { type DatabaseChoice, databasePath } from "./open/database.ts";

export interface DoctorOptions extends DatabaseChoice {
  readonly json?: boolean | undefined;
  readonly journal?: string | undefined;
}

/** Returns the exit code: 1 when something stands in the way of recording. */
export async function doctor(
  options: DoctorOptions,
  io: Io,
  probe: NativeProbe = nativeProbe,
): Promise<number> {
  const { journal } = options;
  const path = io.env["PATH"] ?? "";
  const native = await probe({ database: databasePath(options, io), journal, path });
  const checks = machineChecks(options, io, native);
  const text =
    options.json === true
      ? jsonArray(checks.map((check) => JSON.stringify(check)))
      : `${checksText(checks, io.out.style)}\n`;
  await io.out.write(text);
  return checks.some(({ status }) => status === "bad") ? exitCodes.checkFailed : exitCodes.ok;
}

function machineChecks(options: DoctorOptions, io: Io, native: NativeProbeResult): Check[] {
  const journal = options.journal ?? native.journalFolder;
  const isBuilt = native.library !== undefined && "path" in native.library;
  const checks: (Check | undefined)[] = [
    checkNode(process.version),
    checkKernel(process.platform, process.arch),
    checkLibc(native),
    checkSites(native),
    checkVia(native) ?? checkProcMem(),
    checkRoom("database", dirname(databasePath(options, io))),
    journal === undefined ? undefined : checkRoom("journal", journal),
    journal !== "/dev/shm" && existsSync("/dev/shm") ? shmRoom() : undefined,
    checkCompiler(io.env, isBuilt),
    checkLibrary(native),
    checkTrial(native),
    checkMapCount(),
    checkNames(installedReader()),
    checkOracle("strace", io.env),
    checkOracle("perf", io.env),
  ];
  return checks.filter((check) => check !== undefined);
}

/** Journals need not lie there, so that a small one is only worth knowing. */
function shmRoom(): Check {
  const check = checkRoom("shared memory", "/dev/shm");
  return check.status === "bad" ? { ...check, status: "warn" } : check;
}

function checkLibc({ libc }: NativeProbeResult): Check | undefined {
  if (libc === undefined) return undefined;
  return { status: "ok", subject: "libc", finding: `${libc.version}, ${libc.path}` };
}

function checkSites({ libc }: NativeProbeResult): Check | undefined {
  if (libc === undefined) return undefined;
  const subject = "call sites";
  const sites = Object.values(libc.sites).reduce((sum, count) => sum + count, 0);
  const finding = `${sites} found for ${Object.keys(libc.sites).length} calls`;
  if (libc.missing.length === 0) return { status: "ok", subject, finding };
  return {
    status: sites === 0 ? "bad" : "warn",
    subject,
    finding: `${finding}; none for ${libc.missing.join(", ")}`,
    remedy: "Recordings say which calls they lack. Report this libc's version and build id.",
  };
}

function checkVia({ via }: NativeProbeResult): Check | undefined {
  const subject = "/proc/self/mem";
  if (via === "mem") return { status: "ok", subject, finding: "sites are written through it" };
  if (via === "mprotect") {
    return {
      status: "warn",
      subject,
      finding: "code cannot be written through it: mprotect is used, which splits libc's text",
      remedy: "Mount /proc, and look at the kernel parameter proc_mem.force_override.",
    };
  }
  if (via === "none") {
    return {
      status: "bad",
      subject,
      finding: "call sites can be written neither through it nor by mprotect",
      remedy: "Mount /proc, and allow writing to memory in the security policy that forbids it.",
    };
  }
  return undefined;
}

function checkLibrary({ library }: NativeProbeResult): Check {
  const subject = "hook library";
  if (library === undefined) {
    const remedy = "It is built at the first recording; maptrail record true tries it.";
    return { status: "warn", subject, finding: "not looked at", remedy };
  }
  if ("problem" in library) {
    const remedy = "Install a C compiler, or read what it printed.";
    return { status: "bad", subject, finding: library.problem, remedy };
  }
  const how = library.cached ? "built before" : "built now";
  return { status: "ok", subject, finding: `${library.path}, ${how}` };
}

/** The hook is tried on a program that does nothing. */
function checkTrial({ trialProblem }: NativeProbeResult): Check | undefined {
  if (trialProblem === undefined) return undefined;
  const remedy = "maptrail record true shows more; see also the lines on the journal and on sites.";
  return { status: "bad", subject: "trial", finding: trialProblem, remedy };
}

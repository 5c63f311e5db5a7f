/** The hook's own account of what it patched (topic coverage of record.h), as Coverage. */

import { baseName } from "../../base/program.ts";
import type { Coverage, CoveredModule, CoveredSite } from "../../events/process.ts";
import { defines } from "../wire/wire.gen.ts";

/** Calls whose absence leaves the history incomplete; execve and exit_group only end it early. */
function isMappingCall(call: string): boolean {
  return ![
    "execve",
    "execveat",
    "exit_group",
    "_exit",
    "clone",
    "clone3",
    "vfork",
    "fork",
  ].includes(call);
}

function sentence(calls: readonly string[], what: string): string {
  return `${[...new Set(calls)].join(", ")}: ${what}`;
}

/**
 * Reads lines `module BASE cache|scan BUILDID PATH`, `site CALL OFFSET patched|not REASON`, `missing CALL`.
 * Lines of other shapes are passed over: a newer hook may say more.
 */
export function parseCoverage(text: string, wrote: Coverage["via"]): Coverage {
  const modules: CoveredModule[] = [];
  const sites: CoveredSite[] = [];
  const missing: string[] = [];
  for (const line of text.split("\n")) {
    const module = /^module ([0-9a-f]+) (cache|scan) (\S+) (.*)$/.exec(line);
    if (module) {
      modules.push({
        path: module[4]!,
        base: `0x${module[1]}`,
        buildId: module[3] === "-" ? "" : module[3]!,
        found: module[2] as CoveredModule["found"],
      });
      continue;
    }
    const site = /^site (\S+) ([0-9a-f]+) (patched|not)(?: (.*))?$/.exec(line);
    if (site) {
      const patched = site[3] === "patched";
      sites.push({
        call: site[1]!,
        module: baseName(modules.at(-1)?.path ?? ""),
        offset: `0x${site[2]}`,
        patched,
        ...(patched ? {} : { reason: site[4] ?? "" }),
      });
      continue;
    }
    const absent = /^missing (\S+)$/.exec(line);
    if (absent) missing.push(absent[1]!);
  }
  return judge(modules, sites, missing, wrote);
}

function judge(
  modules: readonly CoveredModule[],
  sites: readonly CoveredSite[],
  missing: readonly string[],
  via: Coverage["via"],
): Coverage {
  const reasons: string[] = [];
  if (modules.length === 0) reasons.push("no libc was found among the loaded libraries");
  if (missing.length > 0) reasons.push(sentence(missing, "no system call site found in libc"));
  const open = sites.filter((site) => !site.patched);
  for (const reason of new Set(open.map((site) => site.reason ?? ""))) {
    const calls = open.filter((site) => (site.reason ?? "") === reason).map((site) => site.call);
    reasons.push(sentence(calls, `a site is not patched, ${reason}`));
  }
  const some = sites.some((site) => site.patched && isMappingCall(site.call));
  const status = !some ? "none" : reasons.length === 0 ? "full" : "partial";
  return { status, reasons, modules, sites, via };
}

const hasBit = (target: number, name: keyof typeof defines): boolean =>
  (target & Number(defines[name])) !== 0;

/**
 * Whether a program with these MT_TARGET_ bits can never have a hook. Set-id and capabilities do not
 * decide it: a mount option or no_new_privs can revoke them.
 */
export function cannotBeCovered(target: number): boolean {
  const has = (name: keyof typeof defines): boolean => hasBit(target, name);
  if (!has("MT_TARGET_READ")) return false;
  if (has("MT_TARGET_ELF32") || has("MT_TARGET_OTHER_ARCH")) return true;
  return !has("MT_TARGET_INTERP") && !has("MT_TARGET_LOADER");
}

/** The reason given for a process that left no journal, by the MT_TARGET_ bits of its program. */
export function whyNotCovered(target: number): string {
  const has = (name: keyof typeof defines): boolean => hasBit(target, name);
  if (target === 0 || !has("MT_TARGET_READ"))
    return "the program's file could not be read before it ran";
  if (has("MT_TARGET_ELF32")) return "a 32-bit program: the hook is a 64-bit library";
  if (has("MT_TARGET_OTHER_ARCH")) return "a program for another processor architecture";
  if (has("MT_TARGET_SETID"))
    return "set-user-id or set-group-id: the loader ignores LD_PRELOAD there";
  if (has("MT_TARGET_CAPS"))
    return "the file has capabilities: the loader ignores LD_PRELOAD there";
  if (has("MT_TARGET_NOT_CARRIED")) {
    return "the hook's library was out of its reach (another user, a chroot), or another recorder took over";
  }
  if (has("MT_TARGET_LOADER")) {
    return "a loader that ended before the hook was loaded, or a static program that looks like one";
  }
  if (!has("MT_TARGET_INTERP")) {
    return has("MT_TARGET_GO")
      ? "a static Go program: no loader, so nothing can be preloaded"
      : "statically linked: no loader, so nothing can be preloaded";
  }
  if (has("MT_TARGET_GO")) return "a Go program that was started without the hook";
  return "no journal was opened: the program's end came first, or the journal folder was out of its reach";
}

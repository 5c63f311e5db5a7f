/** Runs shell scripts that see a small file system of their own, which is gone when they end. */
import { spawnSync } from "node:child_process";
import { type RunOptions, type RunResult, run } from "./run.ts";
import { missingReason, orFailOnCi } from "./tools.ts";

const isolate = ["unshare", "--mount", "--propagation", "private"];

/** Why none can be made here, or undefined. Containers often forbid it to root as well. */
export function noSmallDisk(): string | undefined {
  const reason = missingReason(["unshare", "mount"]) ?? missingReason(["root"]);
  if (reason !== undefined) return reason;
  const { status } = spawnSync("unshare", [
    ...isolate.slice(1),
    "mount",
    "-t",
    "tmpfs",
    "none",
    "/mnt",
  ]);
  return status === 0 ? undefined : orFailOnCi("needs a kernel that lets it mount");
}

/**
 * Runs `script` with a tmpfs of `size` (as mount takes it) on `folder`; `args` are its $1, $2, ...
 * Others do not see what lies there. `remount size=64m` gives it more room, `remount ro` makes it read-only.
 */
export function withSmallDisk(
  folder: string,
  size: string,
  script: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const whole = [
    'disk=$1; size=$2; shift 2; remount() { mount -o "remount,$1" "$disk"; }',
    'mount -t tmpfs -o "size=$size" none "$disk" || exit 99',
    script,
  ].join("\n");
  return run([...isolate, "sh", "-c", whole, "sh", folder, size, ...args], options);
}

/** Builds programs that the hook cannot get into, each in its own way, from fixtures/targets. */
import { execFile } from "node:child_process";
import { chmod, chown, copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "./programs.ts";

const sources = join(projectRoot, "fixtures", "targets");
const says = join(sources, "says.c");
const says32 = join(sources, "says32.S");

/** What the compiler is given, by the name of the program that comes of it. */
const recipes = {
  plain: [says],
  static: ["-static", says],
  "static-pie": ["-static-pie", says],
  "go-shaped": ["-static", says, join(sources, "go-note.S")],
  "static-32": ["-m32", "-nostdlib", "-static", says32],
  "dynamic-32": ["-m32", "-nostdlib", "-pie", says32],
} as const;

export type Target = keyof typeof recipes;

/** Compiles into `folder` and resolves to the program's path. Rejects with the compiler's words. */
export async function buildTarget(folder: string, name: Target): Promise<string> {
  const output = join(folder, name);
  await promisify(execFile)(process.env["CC"] ?? "cc", ["-O1", "-o", output, ...recipes[name]]);
  await chmod(output, 0o755);
  return output;
}

/** A copy that runs as another user, or group, than whoever starts it. Needs root. */
export async function setIdCopy(
  program: string,
  copy: string,
  { uid = 0, gid = 0, mode }: { uid?: number; gid?: number; mode: number },
): Promise<string> {
  await copyFile(program, copy);
  await chown(copy, uid, gid);
  await chmod(copy, mode); // behind chown, which takes the bits away
  return copy;
}

/** VFS_CAP_REVISION_2 with the effective bit, CAP_NET_BIND_SERVICE permitted: linux/capability.h. */
const capabilityBytes = "0100000200040000000000000000000000000000";

/** A copy with a file capability, as ping has one. Needs root, and python3 to set the attribute. */
export async function capabilityCopy(program: string, copy: string): Promise<string> {
  await copyFile(program, copy);
  await chmod(copy, 0o755);
  const script =
    "import os,sys; os.setxattr(sys.argv[1], 'security.capability', bytes.fromhex(sys.argv[2]))";
  await promisify(execFile)("python3", ["-c", script, copy, capabilityBytes]);
  return copy;
}

/** A script of one line, which names its interpreter and perhaps an argument for it. */
export async function scriptOf(interpreter: string, path: string): Promise<string> {
  await writeFile(path, `#!${interpreter}\n`, { mode: 0o755 });
  return path;
}

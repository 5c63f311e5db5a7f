/** The facts about the machine that a recording stores. */
import { readFileSync } from "node:fs";
import { arch, cpus, release } from "node:os";
import { probeKernel } from "../../ffi/kernel-probe.ts";

function firstLine(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").split("\n")[0];
  } catch {
    return undefined;
  }
}

export function describeHost(): Readonly<Record<string, unknown>> {
  const maxMapCount = Number(firstLine("/proc/sys/vm/max_map_count"));
  return {
    kernel: release(),
    architecture: arch(),
    processor: cpus()[0]?.model,
    processors: cpus().length,
    maxMapCount: Number.isFinite(maxMapCount) ? maxMapCount : undefined,
    node: process.version,
    kernelFeatures: probeKernel(),
  };
}

/** How the kernel behaved that a recording was made on: as it was probed, else as its release is known to. */

import {
  defaultFeatures,
  featuresOfRelease,
  type KernelFeatures,
} from "../space/state/features.ts";
import type { RecordingRow } from "../store/recordings.ts";

/**
 * Where the host tells `kernelFeatures` (a KernelFeatures as JSON), each field of the right type
 * counts; the rest, and a host that tells nothing but its release, follow the release.
 */
export function kernelFeaturesOf({ host }: Pick<RecordingRow, "host">): KernelFeatures {
  const release = host["kernel"];
  const known = typeof release === "string" ? featuresOfRelease(release) : defaultFeatures;
  const probed = host["kernelFeatures"];
  if (typeof probed !== "object" || probed === null) return known;
  const probedWell = Object.entries(probed).filter(
    ([name, value]) => typeof value === (types[name] ?? "nothing"),
  );
  return { ...known, ...Object.fromEntries(probedWell) };
}

const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(defaultFeatures).map(([name, value]) => [name, typeof value]),
  ),
  placeBelow: "number",
};

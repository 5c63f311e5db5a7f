/** The features of the kernel that a recording was made on: as probed, else those known of its release. */

import {
  defaultFeatures,
  featuresOfRelease,
  type KernelFeatures,
} from "../space/state/features.ts";
import type { RecordingRow } from "../store/recordings.ts";

/**
 * The host's `kernelFeatures` (a KernelFeatures as JSON) counts field by field, where the type is
 * right; the release decides the others.
 */
export function kernelFeaturesOf({ host }: Pick<RecordingRow, "host">): KernelFeatures {
  const release = host["kernel"];
  const known = typeof release === "string" ? featuresOfRelease(release) : defaultFeatures;
  const probed = host["kernelFeatures"];
  if (typeof probed !== "object" || probed === null) return known;
  const valid = Object.entries(probed).filter(
    ([name, value]) => typeof value === (types[name] ?? "nothing"),
  );
  return { ...known, ...Object.fromEntries(valid) };
}

const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(defaultFeatures).map(([name, value]) => [name, typeof value]),
  ),
  placeBelow: "number",
};

/** What a recording says of its kernel: a probed answer counts before what the release is known for. */
import { describe, expect, it } from "vitest";
import { kernelFeaturesOf } from "../../src/replay/kernel-features.ts";

const latest = kernelFeaturesOf({ host: {} });

describe("the kernel's features", () => {
  it("are those of the release", () => {
    const old = kernelFeaturesOf({ host: { kernel: "6.1.0-18-amd64" } });
    expect(old).toEqual({
      ...latest,
      moveSeveral: false,
      mmapRestores: false,
      stackNoHuge: false,
      uncharge: false,
      guardAdvice: false,
    });
    expect(kernelFeaturesOf({ host: { kernel: "who knows" } })).toEqual(latest);
    expect(kernelFeaturesOf({ host: { kernel: 6 } })).toEqual(latest);
  });

  it("are those that were probed, each of its type", () => {
    const kernelFeatures = { moveSeveral: true, taskSize: 4096, placeBelow: 8192 };
    const host = { kernel: "6.1.0", kernelFeatures };
    const release = kernelFeaturesOf({ host: { kernel: "6.1.0" } });
    expect(kernelFeaturesOf({ host })).toEqual({ ...release, ...kernelFeatures });
    const wrong = { moveSeveral: "yes", taskSize: "4096", placeBelow: true, unheardOf: true };
    expect(kernelFeaturesOf({ host: { kernel: "6.1.0", kernelFeatures: wrong } })).toEqual(release);
    for (const none of [null, "text", 5])
      expect(kernelFeaturesOf({ host: { kernel: "6.1.0", kernelFeatures: none } })).toEqual(
        release,
      );
  });
});

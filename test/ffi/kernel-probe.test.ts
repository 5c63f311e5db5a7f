import { readFileSync } from "node:fs";
import { release } from "node:os";
import { describe, expect, it } from "vitest";
import { probeKernel } from "../../src/ffi/kernel-probe.ts";
import { defaultFeatures, featuresOfRelease } from "../../src/space/state/features.ts";

describe("what the running kernel is asked", () => {
  it("is named as the space model names it, and answered alike twice", () => {
    const answers = probeKernel();
    expect(Object.keys(answers).length).toBeGreaterThan(0);
    for (const name of Object.keys(answers)) expect(defaultFeatures).toHaveProperty(name);
    expect(probeKernel()).toEqual(answers);
  });

  it("agrees with what is known of the release where that depends on nothing else", () => {
    const { fixedNoReplace, moveSeveral, dontUnmapAny } = featuresOfRelease(release());
    expect(probeKernel()).toMatchObject({ fixedNoReplace, moveSeveral, dontUnmapAny });
  });

  it("leaves no mapping behind", () => {
    probeKernel();
    const anonymous = () =>
      readFileSync("/proc/self/maps", "latin1").match(/^.*---p 00000000 00:00 0 $/gm);
    const before = anonymous()?.length;
    for (let i = 0; i < 20; i++) probeKernel();
    expect((anonymous()?.length ?? 0) - (before ?? 0)).toBeLessThan(10);
  });
});

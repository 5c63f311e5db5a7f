/** A missing program skips a test with its reason, and on CI fails instead. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { missingReason } from "./tools.ts";

afterEach(() => vi.unstubAllEnvs());

const absent = "no-program-has-this-name";

describe("a missing program", () => {
  it("is a reason to skip", () => {
    vi.stubEnv("CI", "");
    expect(missingReason(["sh"])).toBeUndefined();
    expect(missingReason(["sh", absent])).toBe(`needs ${absent}`);
  });

  it("is an error on CI", () => {
    vi.stubEnv("CI", "true");
    expect(missingReason(["sh"])).toBeUndefined();
    expect(() => missingReason(["sh", absent])).toThrow(
      `needs ${absent}, which must be there on CI`,
    );
  });
});

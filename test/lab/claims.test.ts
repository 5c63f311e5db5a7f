import { readFileSync } from "node:fs";
import { release } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { Arena } from "../../src/lab/arena.ts";
import type { Claim, LabTools } from "../../src/lab/claim.ts";
import { claims } from "../../src/lab/claims.ts";
import { judge, tryClaims } from "../../src/lab/try-claims.ts";
import { LyingArena, toolsWith } from "./tools.ts";

const arenas: Arena[] = [];
afterEach(() => {
  for (const arena of arenas.splice(0)) arena.close();
});

function kept<Kind extends Arena>(arena: Kind): Kind {
  arenas.push(arena);
  return arena;
}

/** What this process alone can try: neither recording nor measuring. */
const alone = claims.filter(({ id }) => id !== "realloc-remaps" && id !== "move-cost");
/** Those that stand or fall with what mremap answers. */
const ofMremap = alone.filter(({ id }) => id !== "mprotect-over-hole");

describe("the claims", () => {
  it("have names of their own, titles that fit a table, sentences and sources", () => {
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
    for (const { id, title, says, source } of claims) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(id.length).toBeLessThanOrEqual(22);
      expect(title.length).toBeLessThanOrEqual(39);
      expect(says).toMatch(/[^.]$/);
      expect(source).not.toBe("");
    }
  });

  it("hold on this kernel, or are newer than it", async () => {
    const { claims: results } = await tryClaims(alone, toolsWith(kept(new Arena(4096))), release());
    for (const { id, verdict, checks, reason } of results) {
      expect(checks.length, id).toBeGreaterThan(0);
      if (verdict === "not available") expect(reason, id).toMatch(/^needs Linux/);
      else expect(verdict, `${id} ${JSON.stringify(checks)}`).toBe("holds");
    }
  });

  it.each([
    ["refuses all", () => -38],
    ["says that it did what it did not, where it was asked to", (_at: number, to: number) => to],
    ["says that it did what it did not, in place", (at: number) => at],
  ])("do not hold where mremap %s", async (_how, answer) => {
    const arena = kept(new LyingArena(4096, answer));
    const result = await tryClaims(ofMremap, toolsWith(arena), "99.0.0");
    const holding = result.claims.filter(({ verdict }) => verdict === "holds");
    expect(holding.map(({ id }) => id)).toEqual([]);
  });

  it.each(["shrink-frees-tail", "saved-pointer"])("%s needs the child's end", async (id) => {
    const runChild = async () => ({ status: 0, lines: [], said: "" });
    const tools = toolsWith(kept(new Arena(64)), { runChild });
    const { claims: results } = await tryClaims(
      claims.filter((claim) => claim.id === id),
      tools,
      release(),
    );
    expect(results[0]?.verdict).toBe("differs");
    expect(results[0]?.checks.filter(({ holds }) => !holds)).toEqual([
      expect.objectContaining({ expected: "SIGSEGV", observed: "exit 0" }),
    ]);
  });

  describe("realloc-remaps", () => {
    const at = 0x7f00_0000_0000;
    const MiB = 1024 ** 2;
    const steps = [1, 2, 4, 8, 16, 32].map((size, i) => ({
      oldAddress: at - i * 256 * MiB + 16,
      newAddress: at - (i + 1) * 256 * MiB + 16,
      oldBytes: size * MiB,
      newBytes: 2 * size * MiB,
      faults: 1,
    }));
    const remaps = steps.map(({ oldAddress, newAddress, oldBytes, newBytes }) => ({
      oldAddress: oldAddress - 16,
      oldBytes: oldBytes + 4096,
      newBytes: newBytes + 4096,
      result: newAddress - 16,
    }));
    const claim = claims.filter(({ id }) => id === "realloc-remaps");
    const verdictOf = async (recordChild: LabTools["recordChild"]) => {
      const result = await tryClaims(claim, toolsWith(kept(new Arena(16)), { recordChild }), "7.0");
      return result.claims[0];
    };

    it("holds with an mremap for each step and next to no faults", async () => {
      const account = JSON.stringify(steps);
      expect((await verdictOf(async () => ({ remaps, account })))?.verdict).toBe("holds");
    });

    it("differs when one step has none, or one elsewhere", async () => {
      const account = JSON.stringify(steps);
      const fewer = await verdictOf(async () => ({ remaps: remaps.slice(1), account }));
      expect(fewer?.checks.filter(({ holds }) => !holds)).toEqual([
        expect.objectContaining({ expected: "6", observed: "5" }),
      ]);
      const moved = remaps.map((one) => ({ ...one, result: one.result + 4096 }));
      const elsewhere = await verdictOf(async () => ({ remaps: moved, account }));
      expect(elsewhere?.verdict).toBe("differs");
    });

    it("differs when pages were faulted in, as by a copy", async () => {
      const copied = steps.map((step) => ({ ...step, faults: step.oldBytes / 4096 }));
      const result = await verdictOf(async () => ({ remaps, account: JSON.stringify(copied) }));
      expect(result?.checks.at(-1)?.observed).toBe("16,128 of 16,128");
    });

    it("is not available where nothing can be recorded", async () => {
      const result = await verdictOf(async () => {
        throw new UserError('the C compiler "cc" was not found');
      });
      expect([result?.verdict, result?.reason]).toEqual([
        "not available",
        'a child could not be recorded: the C compiler "cc" was not found',
      ]);
    });
  });

  it("leave no mapping behind, wherever the kernel has put it", async () => {
    const arena = kept(new Arena(4096));
    const tools = toolsWith(arena);
    const mapped = (): number =>
      [...readFileSync("/proc/self/maps", "latin1").matchAll(/^([0-9a-f]+)-([0-9a-f]+) .* 0 +$/gm)]
        .map(([, from, to]) => Number.parseInt(to!, 16) - Number.parseInt(from!, 16))
        .reduce((sum, bytes) => sum + bytes, 0);
    await tryClaims(alone, tools, release());
    const before = mapped();
    const buffer = claims.filter(({ id }) => id === "doubling-buffer");
    for (let i = 0; i < 20; i += 1) await tryClaims(buffer, tools, release());
    // Each run has 4 MiB at its end; the rest of this process breathes a little.
    expect(mapped() - before).toBeLessThan(40 * 1024 ** 2);
    expect(readFileSync("/proc/self/maps", "latin1")).not.toMatch(/^48[0-9a-f]{10}-/m);
  });
});

describe("a verdict", () => {
  const claim: Claim = {
    id: "sample",
    title: "a sample",
    says: "A sample",
    source: "mremap(2)",
    standing: "rule",
    since: [6, 17],
    attempt: () => ({ checks: [] }),
  };
  const good = { subject: "a", expected: "1", observed: "1", holds: true };
  const bad = { subject: "b", expected: "1", observed: "2", holds: false };

  it.each([
    ["6.17.0", [good], "holds"],
    ["5.10.0", [good], "holds"],
    ["6.17.0", [good, bad], "differs"],
    ["7.0.1-generic", [bad], "differs"],
    ["6.16.12", [bad], "not available"],
    ["5.10.0", [bad], "not available"],
  ])("on Linux %s", (kernel, checks, verdict) => {
    const result = judge(claim, { checks }, kernel);
    expect(result.verdict).toBe(verdict);
    if (verdict === "not available") {
      expect(result.reason).toBe(`needs Linux 6.17, this is ${kernel}`);
    } else expect(result).not.toHaveProperty("reason");
  });

  it("is open where good checks do not settle it, and bad ones do", () => {
    const undecided = "it cannot tell";
    expect(judge(claim, { checks: [good], undecided }, "7.0")).toMatchObject({
      verdict: "not available",
      reason: undecided,
    });
    expect(judge(claim, { checks: [bad], undecided }, "7.0").verdict).toBe("differs");
  });

  it("is there for a claim that throws, and for those after it", async () => {
    const throws: Claim = {
      ...claim,
      attempt: () => {
        throw new Error("mmap of 4 pages gave -12");
      },
    };
    const fine: Claim = { ...claim, id: "fine", attempt: () => ({ checks: [good] }) };
    const seen: string[] = [];
    const result = await tryClaims(
      [throws, fine],
      toolsWith(kept(new Arena(16))),
      "7.0",
      async (one) => {
        seen.push(`${one.id} ${one.verdict} ${one.reason ?? ""}`);
      },
    );
    expect(seen).toEqual([
      "sample not available it could not be tried: mmap of 4 pages gave -12",
      "fine holds ",
    ]);
    expect(result.counts).toEqual({ holds: 1, differs: 0, notAvailable: 1 });
  });
});

import { describe, expect, it } from "vitest";
import { memoryRoom } from "../../src/lab/memory-room.ts";

const MiB = 1024 ** 2;
const meminfo = "MemTotal:       24683000 kB\nMemFree: 1 kB\nMemAvailable:    2048000 kB\n";

function roomWith(files: Readonly<Record<string, string>>) {
  return memoryRoom((path) => files[path]);
}

describe("how much memory there is", () => {
  it("is what the machine has available", () => {
    expect(roomWith({ "/proc/meminfo": meminfo })).toEqual({
      bytes: 2_048_000 * 1024,
      source: "/proc/meminfo",
    });
    expect(roomWith({})).toBeUndefined();
  });

  it("is less in a group with a limit, its own or that of one above it", () => {
    const files = {
      "/proc/meminfo": meminfo,
      "/proc/self/cgroup": "0::/a/b\n",
      "/sys/fs/cgroup/a/b/memory.max": "max\n",
      "/sys/fs/cgroup/a/b/memory.current": `${MiB}\n`,
      "/sys/fs/cgroup/a/memory.max": `${512 * MiB}\n`,
      "/sys/fs/cgroup/a/memory.current": `${500 * MiB}\n`,
    };
    expect(roomWith(files)).toEqual({ bytes: 12 * MiB, source: "/sys/fs/cgroup/a/memory.max" });
  });

  it("is nothing, not less, in a group above its limit", () => {
    const files = {
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/memory.max": "100\n",
      "/sys/fs/cgroup/memory.current": "200\n",
    };
    expect(roomWith(files)?.bytes).toBe(0);
  });

  it("is known by the first version of groups as well", () => {
    const files = {
      "/proc/meminfo": meminfo,
      "/proc/self/cgroup": "5:cpu,cpuacct:/x\n4:memory:/docker/9\n1:name=systemd:/\n",
      "/sys/fs/cgroup/memory/docker/9/memory.limit_in_bytes": `${64 * MiB}\n`,
      "/sys/fs/cgroup/memory/docker/9/memory.usage_in_bytes": `${14 * MiB}\n`,
      // What it says when there is no limit.
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
    };
    expect(roomWith(files)?.bytes).toBe(50 * MiB);
  });
});

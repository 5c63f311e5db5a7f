/** Differences between kernels that change what calls do. Probed once and stored with the recording. */

import { defaultPageBytes } from "../../base/pages.ts";

export interface KernelFeatures {
  readonly pageBytes: number;
  /** MAP_HUGETLB without a size. */
  readonly hugePageBytes: number;
  /** First address that user space cannot have (TASK_SIZE). */
  readonly taskSize: number;
  /** vm.mmap_min_addr: lower hints are raised to it. */
  readonly minAddress: number;
  /** MAP_FIXED_NOREPLACE is known: Linux 4.17. Before, it was an ordinary hint. */
  readonly fixedNoReplace: boolean;
  /** mremap with MREMAP_FIXED moves several VMAs at once, and checks before it unmaps: Linux 6.17. */
  readonly moveSeveral: boolean;
  /** An mmap with MAP_FIXED that fails for want of memory leaves what it would replace: Linux 6.12. */
  readonly mmapRestores: boolean;
  /** MREMAP_DONTUNMAP works on files and shared memory: Linux 5.13. */
  readonly dontUnmapAny: boolean;
  /** MAP_STACK means VM_NOHUGEPAGE: Linux 6.7 with transparent huge pages. */
  readonly stackNoHuge: boolean;
  /** mprotect to unwritable takes back the commit charge of untouched memory: Linux 6.5. */
  readonly uncharge: boolean;
  /** pkey_mprotect accepts key 0: the CPU has protection keys and the kernel uses them. */
  readonly pkeys: boolean;
  /** madvise knows the huge page advices. */
  readonly hugeAdvice: boolean;
  /** madvise knows the same-page merging advices. */
  readonly mergeAdvice: boolean;
  /** MADV_GUARD_INSTALL: Linux 6.13, for files and shared memory 6.15. */
  readonly guardAdvice: boolean;
  /**
   * The kernel chooses the highest gap below this address; undefined when its choice cannot be
   * predicted. Useful only when every mapping below it is known.
   */
  readonly placeBelow?: number;
}

/** Linux 6.18 on x86-64 with four-level page tables. */
export const defaultFeatures: KernelFeatures = {
  pageBytes: defaultPageBytes,
  hugePageBytes: 2 * 1024 * 1024,
  taskSize: 0x7fff_ffff_f000,
  minAddress: 65_536,
  fixedNoReplace: true,
  moveSeveral: true,
  mmapRestores: true,
  dontUnmapAny: true,
  stackNoHuge: true,
  uncharge: true,
  pkeys: false,
  hugeAdvice: true,
  mergeAdvice: true,
  guardAdvice: true,
};

/** What a release is known to do where nothing was probed: `6.1.0-18-amd64`. */
export function featuresOfRelease(release: string): KernelFeatures {
  const match = /^(\d+)\.(\d+)/.exec(release);
  if (match === null) return defaultFeatures;
  const version = Number(match[1]) * 1000 + Number(match[2]);
  return {
    ...defaultFeatures,
    fixedNoReplace: version >= 4017,
    moveSeveral: version >= 6017,
    mmapRestores: version >= 6012,
    dontUnmapAny: version >= 5013,
    stackNoHuge: version >= 6007,
    uncharge: version >= 6005,
    guardAdvice: version >= 6013,
  };
}

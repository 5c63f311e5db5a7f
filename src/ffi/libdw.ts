/** libdw's functions as koffi calls them, and the DWARF constants that are used. */
import type { LibraryHandle } from "koffi";

/** Bytes of libdw's Dwarf_Die and Dwarf_Attribute, elfutils/libdw.h. */
export const dieBytes = 32;
export const attributeBytes = 32;

/** From the DWARF standard, version 5, section 7.5. */
export const tags = {
  lexicalBlock: 0x0b,
  inlined: 0x1d,
  catchBlock: 0x25,
  subprogram: 0x2e,
  tryBlock: 0x32,
  namespace: 0x39,
} as const;

export const attributes = {
  linkageName: 0x6e,
  mipsLinkageName: 0x2007,
  callFile: 0x58,
  callLine: 0x59,
} as const;

export function declareLibdw(lib: LibraryHandle) {
  return {
    begin: lib.func("void *dwfl_begin(void *)"),
    end: lib.func("void dwfl_end(void *)"),
    report: lib.func("void *dwfl_report_offline(void *, const char *, const char *, int)"),
    reported: lib.func("int dwfl_report_end(void *, void *, void *)"),
    error: lib.func("int dwfl_errno()"),
    message: lib.func("const char *dwfl_errmsg(int)"),
    elfOf: lib.func("void *dwfl_module_getelf(void *, _Out_ uint64_t *)"),
    dwarfOf: lib.func("void *dwfl_module_getdwarf(void *, _Out_ uint64_t *)"),
    symbol: lib.func(
      "const char *dwfl_module_addrinfo(void *, uint64_t, _Out_ uint64_t *, void *, void *, void *, void *)",
    ),
    child: lib.func("int dwarf_child(void *, void *)"),
    sibling: lib.func("int dwarf_siblingof(void *, void *)"),
    holds: lib.func("int dwarf_haspc(void *, uint64_t)"),
    ranges: lib.func(
      "int64_t dwarf_ranges(void *, int64_t, _Out_ uint64_t *, _Out_ uint64_t *, _Out_ uint64_t *)",
    ),
    unit: lib.func("void *dwfl_module_addrdie(void *, uint64_t, _Out_ uint64_t *)"),
    line: lib.func("void *dwfl_module_getsrc(void *, uint64_t)"),
    lineInfo: lib.func(
      "const char *dwfl_lineinfo(void *, void *, _Out_ int *, void *, void *, void *)",
    ),
    scopes: lib.func("int dwarf_getscopes(void *, uint64_t, _Out_ void **)"),
    scopesOfDie: lib.func("int dwarf_getscopes_die(void *, _Out_ void **)"),
    tag: lib.func("int dwarf_tag(void *)"),
    dieName: lib.func("const char *dwarf_diename(void *)"),
    attribute: lib.func("void *dwarf_attr_integrate(void *, unsigned int, void *)"),
    text: lib.func("const char *dwarf_formstring(void *)"),
    number: lib.func("int dwarf_formudata(void *, _Out_ uint64_t *)"),
    files: lib.func("int dwarf_getsrcfiles(void *, _Out_ void **, _Out_ size_t *)"),
    file: lib.func("const char *dwarf_filesrc(void *, size_t, void *, void *)"),
  };
}

export type Libdw = ReturnType<typeof declareLibdw>;

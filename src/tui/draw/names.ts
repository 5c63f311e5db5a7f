/** Small texts that several panes share. */

/** The last name of a path; `[heap]` without its brackets. */
export function baseNameOf(path: string): string {
  return (path.slice(path.lastIndexOf("/") + 1) || path).replace(/^\[(.*)\]$/, "$1");
}

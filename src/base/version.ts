/** The version of this package. */
import { existsSync, readFileSync } from "node:fs";

/** From the nearest package.json above, wherever the compiled code stands. */
export function packageVersion(): string {
  let path = new URL("package.json", import.meta.url);
  while (!existsSync(path) && path.pathname !== "/package.json") {
    path = new URL("../package.json", path);
  }
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

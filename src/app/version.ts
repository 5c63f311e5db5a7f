/** The version of this package. */
import { readFileSync } from "node:fs";

/** Two folders up both from src/app and from dist/app. */
export function packageVersion(): string {
  const path = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

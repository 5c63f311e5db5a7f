// Builds the hook and the launcher after an installation, so that the first recording need not wait.
// It only ever warns: what is missing here is built by the first recording, or named by `maptrail doctor`.
import { existsSync } from "node:fs";

const built = new URL("../dist/recorder/native-build.js", import.meta.url);

// In a clone there is no dist yet when npm runs this first; `prepare` makes it and runs this again.
if (existsSync(built)) {
  try {
    const { ensureNative } = await import(built.href);
    ensureNative();
  } catch (error) {
    process.stderr.write(`maptrail: it is installed, but cannot record yet: ${error.message}\n`);
    if (error.hint !== undefined) process.stderr.write(`  ${error.hint}\n`);
  }
}

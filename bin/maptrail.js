#!/bin/sh
":" //# Two programs in one file. As sh it notes what node is about to change at its start, and the
":" //# environment that sh itself rearranges: a traced program must find both as they were. Then node runs
":" //# it as JavaScript, where these lines are strings with comments. The reader of the note is
":" //# src/app/started-as.ts. Commands that run no program need none, so they are not kept waiting.
":" //#; _mt_note=; _mt_key=; _mt_1=; _mt_2=; _mt_3=; _mt_rest=
":" //#; while read -r _mt_key _mt_1 _mt_2 _mt_3 _mt_rest; do case "$_mt_key $_mt_1 $_mt_2" in "Max open files") _mt_note="nofile=$_mt_3"; break ;; esac; done 2>/dev/null <"/proc/$$/limits"
":" //#; while read -r _mt_key _mt_1; do case $_mt_key in SigIgn:) _mt_note="$_mt_note sigign=$_mt_1"; break ;; esac; done 2>/dev/null <"/proc/$$/status"
":" //#; case ${1-} in list|stats|events|sql|doctor|rebuild|lab|tui) ;; *) _mt_1=$(base64 2>/dev/null <"/proc/$$/environ") && [ ${#_mt_1} -lt 100000 ] && _mt_note="$_mt_note environ=$_mt_1" ;; esac
":" //#; export MAPTRAIL_STARTED_AS="$_mt_note"
":" //#; command -v node >/dev/null || { echo "maptrail: there is no node in PATH; install Node.js 20.19 or newer" >&2; exit 125; }
":" //#; exec node "$0" "$@"

import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  process.exitCode = await (await import(main.href)).main(process.argv.slice(2));
} else {
  process.stderr.write("maptrail: it is not built yet\n  In its folder, type: npm run build\n");
  process.exitCode = 125;
}

/** Keys as they come from the terminal, many at once when they are typed fast, and one drawing for all of them. */
import { takeMouse } from "./actions/mouse.ts";
import { typeKey } from "./actions/prompt.ts";
import { press } from "./keymap.ts";
import type { Session } from "./session.ts";
import type { Key } from "./terminal/keys.ts";

export function takeKeys(session: Session, keys: readonly Key[]): void {
  session.store.batch(() => {
    session.awaited = undefined;
    for (const key of keys) takeKey(session, key);
  });
}

function takeKey(session: Session, key: Key): void {
  if (key.kind === "mouse") takeMouse(session, key);
  else if (session.view.prompt !== undefined) typeKey(session, key);
  else press(session, key.name);
}

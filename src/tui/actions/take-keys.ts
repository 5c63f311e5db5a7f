/** Keys that arrived together, as one change of the view. */
import type { Session } from "../session/session.ts";
import type { Key, Mouse } from "../terminal/keys.ts";
import { press } from "./keymap.ts";
import { typeKey } from "./prompt.ts";

/** What a click means depends on where things are on the screen: it goes to `onMouse`. */
export function takeKeys(
  session: Session,
  keys: readonly Key[],
  onMouse: (mouse: Mouse) => void,
): void {
  session.store.batch(() => {
    session.awaited = undefined;
    for (const key of keys) {
      if (key.kind === "mouse") onMouse(key);
      else if (session.view.prompt !== undefined) typeKey(session, key);
      else press(session, key.name);
    }
  });
}

/** The session and its view, for every component below the app. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Session } from "../session/session.ts";
import type { View } from "../session/view.ts";

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("there is no SessionContext above this component");
  return session;
}

/** The present view; the component renders again when it changes. */
export function useView(): View {
  const { store } = useSession();
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

/** The sitting and its view, for every component below the app. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Session } from "../session.ts";
import type { View } from "../store.ts";

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("a component stands outside of the app");
  return session;
}

/** The view as it is now; the component is drawn again when it changes. */
export function useView(): View {
  const { store } = useSession();
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

/** The whole screen: header, the panes or another screen, footer; and what the app listens to. */
import { Box, useApp } from "ink";
import { useCallback, useEffect, useMemo } from "react";
import { takeKeys } from "../actions/take-keys.ts";
import { drawFooter, drawTooSmall } from "../draw/frame.ts";
import { isTooSmall, layoutOf, leastColumns, leastRows } from "../draw/layout.ts";
import type { Session } from "../session/session.ts";
import type { Key } from "../terminal/keys.ts";
import { Lines, SurfaceContext, useSurface } from "./lines.tsx";
import { ListScreen } from "./list-screens.tsx";
import { MainScreen } from "./main-screen.tsx";
import type { Surface } from "./surface.ts";
import { useKeys } from "./use-keys.ts";
import { useHeaderLines } from "./use-panes.ts";
import { usePlaying } from "./use-playing.ts";
import { SessionContext, useSession, useView } from "./use-session.ts";

interface Props {
  readonly session: Session;
  readonly surface: Surface;
}

export function App({ session, surface }: Props) {
  return (
    <SurfaceContext value={surface}>
      <SessionContext value={session}>
        <Screen />
      </SessionContext>
    </SurfaceContext>
  );
}

function Screen() {
  useControls();
  usePlaying();
  useExit();
  const { size } = useView();
  // Being absolute, the box takes no room in Ink's own frame: to paint 200x60 blanks costs it 4 ms.
  return (
    <Box position="absolute" flexDirection="column" width={size.columns} height={size.rows}>
      {isTooSmall(size) ? <TooSmall /> : <Content />}
    </Box>
  );
}

function Content() {
  const { screen, size } = useView();
  const layout = useMemo(() => layoutOf(size), [size]);
  return (
    <>
      <Header />
      <Box flexGrow={1} flexDirection="column">
        {screen === "main" ? (
          <MainScreen layout={layout} />
        ) : (
          <ListScreen name={screen} layout={layout} />
        )}
      </Box>
      <Footer />
    </>
  );
}

function Header() {
  return <Lines lines={useHeaderLines()} />;
}

function Footer() {
  const { palette } = useSession();
  const { prompt, message, playing, screen, size } = useView();
  const lines = useMemo(
    () => drawFooter({ prompt, message, playing, screen }, size.columns, palette),
    [prompt, message, playing, screen, size, palette],
  );
  return <Lines lines={lines} />;
}

function TooSmall() {
  const { columns, rows } = useView().size;
  return <Lines lines={drawTooSmall(columns, rows, `${leastColumns}x${leastRows}`)} />;
}

function useControls(): void {
  const session = useSession();
  const surface = useSurface();
  const onKeys = useCallback(
    (keys: readonly Key[]) => takeKeys(session, keys, (mouse) => surface.click(mouse)),
    [session, surface],
  );
  useKeys(onKeys);
}

function useExit(): void {
  const { exit } = useApp();
  const { isQuitting } = useView();
  useEffect(() => {
    if (isQuitting) exit();
  }, [isQuitting, exit]);
}

/** The whole screen: header, a screen, and the line at the bottom. */
import { Box } from "ink";
import { Lines } from "./components/lines.tsx";
import { drawFooter, drawHeader, drawTooSmall } from "./draw/frame.ts";
import { isTooSmall, layoutOf, leastColumns, leastRows } from "./draw/layout.ts";
import { useHeader } from "./hooks/panes.ts";
import { SessionContext, useSession, useView } from "./hooks/session.ts";
import { ListScreen } from "./screens/lists.tsx";
import { MainScreen } from "./screens/main.tsx";
import type { Session } from "./session.ts";

function Header({ width }: { readonly width: number }) {
  const { palette } = useSession();
  return <Lines lines={drawHeader(useHeader(), width, palette)} width={width} />;
}

function Footer({ width }: { readonly width: number }) {
  const { palette } = useSession();
  return <Lines lines={drawFooter(useView(), width, palette)} width={width} />;
}

function Frame() {
  const { size, screen } = useView();
  const { columns, rows } = size;
  if (isTooSmall(size)) {
    const least = `${leastColumns}x${leastRows}`;
    return <Lines lines={drawTooSmall(columns, rows, least)} width={columns} />;
  }
  const layout = layoutOf(size);
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header width={columns} />
      <Box flexGrow={1} flexDirection="column">
        {screen === "main" ? (
          <MainScreen layout={layout} />
        ) : (
          <ListScreen name={screen} layout={layout} />
        )}
      </Box>
      <Footer width={columns} />
    </Box>
  );
}

export function App({ session }: { readonly session: Session }) {
  return (
    <SessionContext.Provider value={session}>
      <Frame />
    </SessionContext.Provider>
  );
}

/** The whole screen: header, a screen, and the line at the bottom. */
import { Box } from "ink";
import { useMemo } from "react";
import { BookContext, Lines } from "./components/lines.tsx";
import { drawFooter, drawTooSmall } from "./draw/frame.ts";
import { isTooSmall, layoutOf, leastColumns, leastRows } from "./draw/layout.ts";
import { useHeader } from "./hooks/panes.ts";
import { SessionContext, useSession, useView } from "./hooks/session.ts";
import { ListScreen } from "./screens/lists.tsx";
import { MainScreen } from "./screens/main.tsx";
import type { Session } from "./session.ts";
import type { LineBook } from "./terminal/line-book.ts";
import type { ScreenSize } from "./terminal/screen.ts";

function Header() {
  return <Lines lines={useHeader()} />;
}

function Footer() {
  const { palette } = useSession();
  const view = useView();
  return <Lines lines={drawFooter(view, view.size.columns, palette)} />;
}

function Body({ size }: { readonly size: ScreenSize }) {
  const { screen } = useView();
  const layout = useMemo(() => layoutOf(size), [size]);
  return screen === "main" ? (
    <MainScreen layout={layout} />
  ) : (
    <ListScreen name={screen} layout={layout} />
  );
}

function Frame() {
  const { size } = useView();
  if (isTooSmall(size)) {
    const least = `${leastColumns}x${leastRows}`;
    return <Lines lines={drawTooSmall(size.columns, size.rows, least)} />;
  }
  return (
    <Box flexDirection="column" height={size.rows}>
      <Header />
      <Box flexGrow={1} flexDirection="column">
        <Body size={size} />
      </Box>
      <Footer />
    </Box>
  );
}

interface Props {
  readonly session: Session;
  readonly book: LineBook;
}

export function App({ session, book }: Props) {
  return (
    <BookContext.Provider value={book}>
      <SessionContext.Provider value={session}>
        <Frame />
      </SessionContext.Provider>
    </BookContext.Provider>
  );
}

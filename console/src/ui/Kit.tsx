import "~/theme/mantine.ts";
import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { useScheme } from "~/theme/scheme.ts";
import { nonce, theme } from "~/theme/theme.ts";

/** What forms and dialogs need around them. Pages of the portal that have none do not fetch it. */
export function Kit({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} forceColorScheme={useScheme()} getStyleNonce={() => nonce}>
      {children}
    </MantineProvider>
  );
}

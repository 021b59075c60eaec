import { createTheme, type MantineColorsTuple } from "@mantine/core";
import { setNonce } from "get-nonce";

const jade: MantineColorsTuple = [
  "#E7F6F4",
  "#CDEBE7",
  "#99D6CF",
  "#5EEAD4",
  "#2DD4BF",
  "#14A394",
  "#0F766E",
  "#0F766E",
  "#0C5F59",
  "#094A45",
];

const ink: MantineColorsTuple = [
  "#E8EAED",
  "#C3C9D2",
  "#A9B1BD",
  "#98A1AE",
  "#3A414C",
  "#2C323C",
  "#20242A",
  "#1B1E23",
  "#15181C",
  "#101215",
];

export const theme = createTheme({
  primaryColor: "jade",
  primaryShade: { light: 6, dark: 6 },
  colors: { jade, dark: ink },
  defaultRadius: 4,
  fontFamily: "var(--font)",
  headings: { fontFamily: "var(--font)", fontWeight: "600" },
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "18px" },
  cursorType: "pointer",
  components: {
    Modal: {
      defaultProps: {
        centered: false,
        transitionProps: { duration: 0 },
        overlayProps: { backgroundOpacity: 0.4 },
      },
    },
    Drawer: { defaultProps: { transitionProps: { duration: 0 } } },
    Menu: { defaultProps: { transitionProps: { duration: 0 } } },
  },
});

/** The nonce of this page's policy, which the server writes into the document. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
setNonce(nonce);

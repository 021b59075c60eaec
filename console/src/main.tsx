import "~/theme/tokens.css";
import "~/theme/layout.css";
import "~/theme/shell.css";
import { session } from "~/api/session.ts";
import { start } from "~/i18n/index.ts";
import { mount, queries } from "./app.tsx";
import { router } from "./routes.tsx";

// Who is there is asked while the texts come.
void queries.prefetchQuery(session);
await start((language) => {
  switch (language) {
    case "zh-CN":
      return import("./locales/zh-CN/console.ts").then((texts) => texts.default);
    case "zh-TW":
      return import("./locales/zh-TW/console.ts").then((texts) => texts.default);
    default:
      return import("./locales/en/console.ts").then((texts) => texts.default);
  }
});
mount(router);

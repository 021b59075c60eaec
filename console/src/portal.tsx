import "~/theme/tokens.css";
import "~/theme/layout.css";
import "~/theme/scheme.ts";
import "~/theme/portal.css";
import { start } from "~/i18n/index.ts";
import { mount } from "./app.tsx";
import { router } from "./portal/routes.tsx";

await start((language) => {
  switch (language) {
    case "zh-CN":
      return import("./locales/zh-CN/portal.ts").then((texts) => texts.default);
    case "zh-TW":
      return import("./locales/zh-TW/portal.ts").then((texts) => texts.default);
    default:
      return import("./locales/en/portal.ts").then((texts) => texts.default);
  }
});
mount(router);

import { IconMoon, IconSun } from "@tabler/icons-react";
import { choose, LANGUAGES, NAMES, useT, type Language } from "~/i18n/index.ts";
import { chooseScheme, useScheme } from "~/theme/scheme.ts";
import { IconButton } from "~/ui/Button.tsx";

/** Language, and light or dark. */
export function LookMenu() {
  const { t, language } = useT();
  const dark = useScheme() === "dark";
  return (
    <div className="row" style={{ flexWrap: "nowrap", gap: 4 }}>
      <select
        className="plain"
        aria-label={t("ui.language")}
        value={language}
        onChange={(event) => void choose(event.currentTarget.value as Language)}
      >
        {LANGUAGES.map((tag) => (
          <option key={tag} value={tag} lang={tag}>
            {NAMES[tag]}
          </option>
        ))}
      </select>
      <IconButton aria-label={t(dark ? "ui.light" : "ui.dark")} onClick={() => chooseScheme(dark ? "light" : "dark")}>
        {dark ? <IconSun size={20} /> : <IconMoon size={20} />}
      </IconButton>
    </div>
  );
}

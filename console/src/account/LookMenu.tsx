import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconLanguage, IconMoon, IconSun } from "@tabler/icons-react";
import { choose, LANGUAGES, useT } from "~/i18n/index.ts";

const NAMES = { "zh-CN": "简体中文", "zh-TW": "繁體中文", en: "English" } as const;

/** Language, and light or dark. */
export function LookMenu() {
    const { t, language } = useT();
    const { setColorScheme } = useMantineColorScheme();
    const scheme = useComputedColorScheme("light");
    return (
        <div className="row" style={{ flexWrap: "nowrap", gap: 2 }}>
            <Menu position="bottom-end">
                <Menu.Target>
                    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("ui.language")}>
                        <IconLanguage size={20} />
                    </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                    {LANGUAGES.map((tag) => (
                        <Menu.Item
                            key={tag}
                            lang={tag}
                            aria-current={tag === language || undefined}
                            onClick={() => void choose(tag)}
                        >
                            {NAMES[tag]}
                            {tag === language ? " ✓" : ""}
                        </Menu.Item>
                    ))}
                </Menu.Dropdown>
            </Menu>
            <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t(scheme === "dark" ? "ui.light" : "ui.dark")}
                onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}
            >
                {scheme === "dark" ? <IconSun size={20} /> : <IconMoon size={20} />}
            </ActionIcon>
        </div>
    );
}

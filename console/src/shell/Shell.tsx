import { ActionIcon, Menu } from "@mantine/core";
import { IconMenu2, IconSearch, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { LookMenu } from "~/account/LookMenu.tsx";
import { useSignOut } from "~/account/signOut.ts";
import { nameIn, programQuery } from "~/api/program.ts";
import { useMay, useMe } from "~/api/session.ts";
import { follow, useT } from "~/i18n/index.ts";
import mark from "~/theme/mark.svg";
import { Loading } from "~/ui/states.tsx";
import { NamesContext } from "~/views/names.tsx";
import { Offline } from "./Offline.tsx";
import { PAGES } from "./pages.ts";
import { useKeys } from "./keys.ts";

const Palette = lazy(() => import("./Palette.tsx"));
const KeysHelp = lazy(() => import("./KeysHelp.tsx"));

export function Shell() {
    const { t, language } = useT();
    const me = useMe();
    const may = useMay();
    const go = useNavigate();
    const out = useSignOut();
    const path = useRouterState({ select: (state) => state.location.pathname });
    const [menu, setMenu] = useState(false);
    const [open, setOpen] = useState<"palette" | "keys">();
    const program = useQuery({ ...programQuery, enabled: may("read_program") });
    useEffect(() => setMenu(false), [path]);
    useEffect(() => void follow(me?.person.language), [me?.person.language]);
    useKeys({
        palette: () => setOpen("palette"),
        help: () => setOpen("keys"),
        to: (to) => void go({ to: to as never }),
    });

    const names = useMemo(() => {
        const document = program.data?.document;
        return (section: string, id: string) => document && nameIn(document, section, id, language);
    }, [program.data, language]);

    return (
        <NamesContext value={names}>
            <div className="shell">
                <header>
                    <a className="skip" href="#main">
                        {t("ui.skip")}
                    </a>
                    <ActionIcon
                        className="burger"
                        variant="subtle"
                        color="gray"
                        size="lg"
                        aria-expanded={menu}
                        aria-label={t("ui.navigation")}
                        onClick={() => setMenu(!menu)}
                    >
                        <IconMenu2 size={20} />
                    </ActionIcon>
                    <Link to="/members" className="brand">
                        <img src={mark} alt="" />
                        <b>Hansa</b>
                    </Link>
                    <button
                        type="button"
                        className="seek"
                        onClick={() => setOpen("palette")}
                        aria-label={t("shell.seek")}
                    >
                        <IconSearch size={16} aria-hidden />
                        <span>{t("shell.seek")}</span>
                        <kbd>Ctrl K</kbd>
                    </button>
                    <Offline />
                    <LookMenu />
                    <Menu position="bottom-end">
                        <Menu.Target>
                            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("account.title")}>
                                <IconUser size={20} />
                            </ActionIcon>
                        </Menu.Target>
                        <Menu.Dropdown>
                            {me && (
                                <Menu.Item component={Link} to="/account">
                                    <bdi>{me.person.name}</bdi>
                                </Menu.Item>
                            )}
                            <Menu.Item onClick={() => setOpen("keys")}>{t("shell.keys")}</Menu.Item>
                            <Menu.Item onClick={() => out.send(null)}>{t("account.signOut")}</Menu.Item>
                        </Menu.Dropdown>
                    </Menu>
                </header>
                <nav className={menu ? "open" : undefined} aria-label={t("ui.navigation")}>
                    {PAGES.filter((page) => may(page.needs)).map(({ to, key, icon: Icon, section }) => (
                        <div key={to}>
                            {section && <h2>{t(section)}</h2>}
                            <Link
                                to={to as never}
                                activeOptions={{ includeSearch: false }}
                                activeProps={{ "aria-current": "page" }}
                            >
                                <Icon size={18} stroke={1.7} aria-hidden />
                                {t(key)}
                            </Link>
                        </div>
                    ))}
                </nav>
                <main id="main" tabIndex={-1}>
                    {me ? <Outlet /> : <Loading />}
                </main>
            </div>
            <Suspense>
                {open === "palette" && <Palette close={() => setOpen(undefined)} />}
                {open === "keys" && <KeysHelp close={() => setOpen(undefined)} />}
            </Suspense>
        </NamesContext>
    );
}

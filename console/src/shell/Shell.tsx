import { IconKeyboard, IconLogout, IconMenu2, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { LookMenu } from "~/account/LookMenu.tsx";
import { useSignOut } from "~/account/signOut.ts";
import { nameIn, programQuery } from "~/api/program.ts";
import { useMay, useMe } from "~/api/session.ts";
import { follow, useT } from "~/i18n/index.ts";
import mark from "~/theme/mark.svg";
import { IconButton } from "~/ui/Button.tsx";
import { Kit } from "~/ui/Kit.tsx";
import { NamesContext } from "~/views/names.tsx";
import { Notices } from "./Notices.tsx";
import { Offline } from "./Offline.tsx";
import { PAGES } from "./pages.ts";
import { SignedIn } from "./SignedIn.tsx";
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
  const [opened, setOpened] = useState("");
  const menu = opened === path;
  const [open, setOpen] = useState<"palette" | "keys">();
  const program = useQuery({ ...programQuery, enabled: may("read_program") });
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
    <Kit>
      <NamesContext value={names}>
        <div className="shell">
          <header>
            <a className="skip" href="#main">
              {t("ui.skip")}
            </a>
            <IconButton className="burger" aria-expanded={menu} aria-label={t("ui.navigation")} onClick={() => setOpened(menu ? "" : path)}>
              <IconMenu2 size={20} />
            </IconButton>
            <Link to="/members" className="brand">
              <img src={mark} alt="" />
              <b>Hansa</b>
            </Link>
            <button type="button" className="seek" onClick={() => setOpen("palette")}>
              <IconSearch size={16} aria-hidden />
              <span>{t("shell.seek")}</span>
              <kbd aria-hidden>Ctrl K</kbd>
            </button>
            <Offline />
            {me && <Notices />}
            <LookMenu />
            <span className="who">
              {me && (
                <Link to="/account">
                  <bdi>{me.person.name}</bdi>
                </Link>
              )}
            </span>
            <IconButton aria-label={t("account.signOut")} onClick={() => out.send(null)}>
              <IconLogout size={20} />
            </IconButton>
          </header>
          <nav className={menu ? "open" : undefined} aria-label={t("ui.navigation")}>
            {PAGES.filter((page) => may(page.needs)).map(({ to, key, icon: Icon, section }) => (
              <div key={to}>
                {section && <h2>{t(section)}</h2>}
                <Link to={to as never} activeOptions={{ includeSearch: false }} activeProps={{ "aria-current": "page" }}>
                  <Icon size={18} stroke={1.7} aria-hidden />
                  {t(key)}
                </Link>
              </div>
            ))}
            <button type="button" className="keys" onClick={() => setOpen("keys")}>
              <IconKeyboard size={18} stroke={1.7} aria-hidden />
              {t("shell.keys")}
              <kbd>?</kbd>
            </button>
          </nav>
          <main id="main" tabIndex={-1}>
            <SignedIn />
          </main>
        </div>
        <Suspense>
          {open === "palette" && <Palette close={() => setOpen(undefined)} />}
          {open === "keys" && <KeysHelp close={() => setOpen(undefined)} />}
        </Suspense>
      </NamesContext>
    </Kit>
  );
}

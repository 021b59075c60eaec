import { IconGift, IconHome, IconListCheck, IconCoins, IconUser } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { LookMenu } from "~/account/LookMenu.tsx";
import { useMe } from "~/api/session.ts";
import { follow, useT } from "~/i18n/index.ts";
import { Offline } from "~/shell/Offline.tsx";
import { SignedIn } from "~/shell/SignedIn.tsx";
import { Brand, Reach } from "./Brand.tsx";
import { useBranding } from "./branding.ts";

const TABS = [
  { to: "/portal", icon: IconHome, key: "portal.home", exact: true },
  { to: "/portal/points", icon: IconCoins, key: "portal.points", exact: false },
  { to: "/portal/benefits", icon: IconGift, key: "portal.benefits", exact: false },
  { to: "/portal/missions", icon: IconListCheck, key: "portal.missions", exact: false },
  { to: "/portal/more", icon: IconUser, key: "portal.more", exact: false },
] as const;

export function Frame() {
  const { t } = useT();
  const me = useMe();
  const { contact } = useBranding();
  useEffect(() => void follow(me?.person.language), [me?.person.language]);
  return (
    <div className="portal">
      <a className="skip" href="#main">
        {t("ui.skip")}
      </a>
      <header>
        <Link to="/portal" className="brand grow">
          <Brand />
        </Link>
        <Offline />
        <LookMenu />
      </header>
      <main id="main" tabIndex={-1}>
        <SignedIn />
      </main>
      {contact && (
        <footer>
          <Reach />
        </footer>
      )}
      <nav aria-label={t("ui.navigation")}>
        {TABS.map(({ to, icon: Icon, key, exact }) => (
          <Link key={to} to={to} activeOptions={{ exact }} activeProps={{ "aria-current": "page" }}>
            <Icon size={20} stroke={1.7} aria-hidden />
            {t(key)}
          </Link>
        ))}
      </nav>
    </div>
  );
}

/** The enterprise for which one is signed in. */
export function useOwn() {
  return useMe()?.person.member ?? "";
}

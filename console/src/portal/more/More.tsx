import { Button } from "~/ui/Button.tsx";
import { IconBuilding, IconChevronRight, IconFingerprint, IconLock, IconPackage, IconShieldCheck, IconUsers } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMay, useMe } from "~/api/session.ts";
import { useSignOut } from "~/account/signOut.ts";
import { useT } from "~/i18n/index.ts";
import { Card, Name, Page } from "~/ui/Page.tsx";

export default function More() {
  const { t, label } = useT();
  const me = useMe();
  const may = useMay();
  const out = useSignOut();
  const go = [
    { to: "/portal/orders", icon: IconPackage, key: "orders.title", shown: may("read_timeline") },
    { to: "/portal/company", icon: IconBuilding, key: "portal.company", shown: true },
    { to: "/portal/verification", icon: IconShieldCheck, key: "verification.title", shown: may("list_verifications") },
    { to: "/portal/people", icon: IconUsers, key: "portal.people", shown: may("list_people") },
    { to: "/portal/privacy", icon: IconFingerprint, key: "privacy.title", shown: true },
    { to: "/portal/account", icon: IconLock, key: "account.title", shown: true },
  ] as const;
  return (
    <Page title={t("portal.more")}>
      {me && (
        <Card>
          <h2>
            <Name>{me.person.name}</Name>
          </h2>
          <p className="dim">
            {me.person.email ?? me.person.phone} · {label("roles.", me.person.role)}
          </p>
        </Card>
      )}
      <Card>
        {go
          .filter(({ shown }) => shown)
          .map(({ to, icon: Icon, key }) => (
            <Link key={to} to={to} className="go">
              <span className="row">
                <Icon size={20} aria-hidden />
                {t(key)}
              </span>
              <IconChevronRight size={18} aria-hidden />
            </Link>
          ))}
      </Card>
      <Button variant="default" onClick={() => out.send(null)} loading={out.sending}>
        {t("account.signOut")}
      </Button>
    </Page>
  );
}

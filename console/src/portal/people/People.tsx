import { Button } from "~/ui/Button.tsx";
import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { When } from "~/ui/format.tsx";
import { Card, Name, Page } from "~/ui/Page.tsx";
import { Loaded } from "~/ui/states.tsx";
import { PersonState } from "~/views/person.tsx";
import { useOwn } from "../Frame.tsx";

export default function People() {
  const { t, label } = useT();
  const may = useMay();
  const query = $api.useQuery("get", "/v1/members/{member}/people", { params: { path: { member: useOwn() } } });
  return (
    <Page
      title={t("portal.people")}
      actions={
        may("invite_person") && (
          <Button component={Link} to="/portal/people/invite">
            {t("people.invite")}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {({ items }) => (
          <Card>
            {items.map((person) => (
              <Link key={person.id} to="/portal/people/$person" params={{ person: person.id } as never} className="go">
                <span className="grow">
                  <span className="row">
                    <Name>{person.name || t("privacy.erased")}</Name>
                    <PersonState state={person.state} />
                  </span>
                  <span className="small dim any">
                    {[person.email ?? person.phone, label("roles.", person.role)].filter(Boolean).join(" · ")}
                  </span>
                  {person.signed_in_at && (
                    <span className="small dim">
                      {" "}
                      · {t("people.lastSignIn")} <When at={person.signed_in_at} />
                    </span>
                  )}
                </span>
              </Link>
            ))}
          </Card>
        )}
      </Loaded>
      <Outlet />
    </Page>
  );
}

import { Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable } from "~/ui/DataTable.tsx";
import { Page } from "~/ui/Page.tsx";
import { Loaded } from "~/ui/states.tsx";
import { usePersonColumns } from "./columns.tsx";

export default function Staff() {
  const { t } = useT();
  const may = useMay();
  const query = $api.useQuery("get", "/v1/staff");
  const columns = usePersonColumns("/staff", may("change_staff"));
  return (
    <Page
      title={t("staff.title")}
      actions={
        may("invite_staff") && (
          <ButtonLink to="/staff/invite" variant="filled">
            {t("staff.invite")}
          </ButtonLink>
        )
      }
    >
      <Loaded query={query}>
        {({ items }) => <DataTable label={t("staff.title")} columns={columns} rows={items} id={(person) => person.id} />}
      </Loaded>
      <Outlet />
    </Page>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import type { File as Kept, VerificationCase } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { runs } from "~/api/verification.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { When } from "~/ui/format.tsx";
import { Card } from "~/ui/Page.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { Shown, StatusChip } from "~/views/verification.tsx";
import { SendFile } from "./SendFile.tsx";

/** How well a company is known: its verifications and its documents. */
export default function MemberVerification() {
  const { t, label } = useT();
  const may = useMay();
  const member = useParam("member");
  const about = useQuery(memberQuery(member)).data?.value;
  const base = `/members/${encodeURIComponent(member)}/verification`;
  const cases = $api.useQuery("get", "/v1/members/{member}/verifications", { params: { path: { member } } });
  const columns: Column<VerificationCase>[] = [
    {
      id: "level",
      header: "verification.level",
      cell: (one) => (
        <Link to={"/verification/$member/$case" as never} params={{ member, case: one.id } as never}>
          {label("verification.levelOf.", one.level)}
        </Link>
      ),
    },
    { id: "status", header: "verification.state", cell: (one) => <StatusChip status={one.status} /> },
    { id: "opened", header: "verification.opened", cell: (one) => <When at={one.opened_at} /> },
    { id: "decided", header: "verification.decidedAt", cell: (one) => one.decided_at && <When at={one.decided_at} /> },
    { id: "until", header: "verification.until", cell: (one) => one.expires_at && <When at={one.expires_at} /> },
  ];
  return (
    <div className="stack wide">
      <Loaded query={cases} lines={3}>
        {({ items }) => (
          <Card
            title={t("verification.cases")}
            actions={
              !items.some(runs) && may("open_verification", about) && <ButtonLink to={`${base}/open`}>{t("verification.open")}</ButtonLink>
            }
          >
            {items.length ? (
              <DataTable label={t("verification.cases")} columns={columns} rows={items} id={(one) => one.id} />
            ) : (
              <p className="dim">{t("verification.never")}</p>
            )}
          </Card>
        )}
      </Loaded>
      {may("list_files", about) && <Documents member={member} base={base} own={may("upload_file", about)} />}
      <Outlet />
    </div>
  );
}

function Documents({ member, base, own }: { member: string; base: string; own: boolean }) {
  const { t } = useT();
  const [{ file }, change] = useAddress();
  const files = $api.useQuery("get", "/v1/members/{member}/files", { params: { path: { member }, query: { limit: 200 } } });
  const shown = files.data?.items.find(({ id }) => id === file);
  const columns: Column<Kept>[] = [
    {
      id: "name",
      header: "verification.document",
      cell: (one) => (
        <button type="button" className="link any" aria-pressed={one.id === file} onClick={() => change({ file: one.id })}>
          <bdi>{one.name}</bdi>
        </button>
      ),
    },
    { id: "at", header: "verification.sentAt", cell: (one) => <When at={one.uploaded_at} /> },
    { id: "by", header: "verification.sentBy", cell: (one) => <span className="any">{one.uploaded_by}</span> },
    {
      id: "act",
      header: "verification.remove",
      cell: (one) =>
        own && (
          <ButtonLink size="xs" to={`${base}/${one.id}/remove`}>
            {t("verification.remove")}
          </ButtonLink>
        ),
    },
  ];
  return (
    <div className="desk">
      <Card title={t("verification.documents")}>
        <div className="stack">
          <Loaded query={files} lines={3}>
            {({ items }) =>
              items.length ? (
                <DataTable label={t("verification.documents")} columns={columns} rows={items} id={(one) => one.id} />
              ) : (
                <p className="dim">{t("verification.noDocuments")}</p>
              )
            }
          </Loaded>
          {own && <SendFile member={member} />}
        </div>
      </Card>
      <Card title={t("verification.document")}>
        {shown ? <Shown member={member} file={shown} /> : <p className="dim">{t("verification.noDocument")}</p>}
      </Card>
    </div>
  );
}

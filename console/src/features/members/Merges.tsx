import { Alert } from "@mantine/core";
import { $api } from "~/api/client.ts";
import type { Merge } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Quantity, When } from "~/ui/format.tsx";
import { Card, Chip } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";

const undoPath = ({ into, id }: Merge) => `/members/${encodeURIComponent(into)}/companies/undo/${encodeURIComponent(id)}`;

/** Says what was just merged, with the way back. */
export function JustMerged({ member }: { member: string }) {
  const { t } = useT();
  const may = useMay();
  const [{ merged }] = useAddress();
  const query = $api.useQuery("get", "/v1/members/{member}/merges", { params: { path: { member } } }, { enabled: Boolean(merged) });
  const fresh = merged ? query.data?.items.find(({ id, undone_at }) => id === merged && !undone_at) : undefined;
  return (
    fresh && (
      <Alert color="blue" variant="light" role="status" title={t("merges.done", { from: fresh.from })}>
        <div className="row">
          {t("merges.doneHint")}
          {may("undo_merge") && (
            <ButtonLink size="xs" to={undoPath(fresh)}>
              {t("merges.undo")}
            </ButtonLink>
          )}
        </div>
      </Alert>
    )
  );
}

/** Who was merged into the member, each with the way back. */
export function Merges({ member }: { member: string }) {
  const { t } = useT();
  const may = useMay();
  const query = $api.useQuery("get", "/v1/members/{member}/merges", { params: { path: { member } } });
  // They are undone from the last to the first.
  const last = query.data?.items.find(({ undone_at }) => !undone_at)?.id;
  const columns: Column<Merge>[] = [
    { id: "from", header: "merges.merged", cell: (one) => <code>{one.from}</code> },
    { id: "why", header: "merges.reason", cell: (one) => <bdi className="clip any">{one.why}</bdi> },
    { id: "at", header: "merges.at", cell: (one) => <When at={one.at} /> },
    { id: "by", header: "merges.by", cell: (one) => <span className="any">{one.by}</span> },
    { id: "facts", header: "merges.moved.facts", number: true, cell: (one) => <Quantity value={one.moved.facts} /> },
    {
      id: "undo",
      header: "merges.state",
      cell: (one) =>
        one.undone_at ? (
          <span className="row">
            <Chip>{t("merges.undone")}</Chip>
            <When at={one.undone_at} />
          </span>
        ) : one.id === last && may("undo_merge") ? (
          <ButtonLink size="xs" to={undoPath(one)}>
            {t("merges.undo")}
          </ButtonLink>
        ) : (
          <Chip tone="ok">{t("merges.inForce")}</Chip>
        ),
    },
  ];
  return (
    <Card title={t("merges.list")}>
      <Loaded query={query} lines={2}>
        {({ items }) =>
          items.length ? (
            <DataTable label={t("merges.list")} columns={columns} rows={items} id={(one) => one.id} />
          ) : (
            <p className="dim">{t("merges.none")}</p>
          )
        }
      </Loaded>
    </Card>
  );
}

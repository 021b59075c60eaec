import { NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { KINDS } from "~/api/facts.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { FactLine } from "~/views/fact.tsx";

/** All that happened to a member, the latest first. */
export default function Facts() {
  const { t, label } = useT();
  const may = useMay();
  const member = useParam("member");
  const base = `/members/${encodeURIComponent(member)}/facts`;
  const [{ kind, after }, change] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/members/{member}/facts",
    { params: { path: { member }, query: { kind, after, limit: 50 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <div className="stack wide">
      <div className="row apart">
        <NativeSelect
          aria-label={t("facts.kind")}
          value={kind ?? ""}
          onChange={(event) => change({ kind: event.currentTarget.value || undefined, after: undefined })}
          data={[
            { value: "", label: t("facts.allKinds") },
            ...Object.keys(KINDS).map((value) => ({ value, label: label("kinds.", value) })),
          ]}
        />
        {may("record_facts") && <ButtonLink to={`${base}/new`}>{t("facts.create")}</ButtonLink>}
      </div>
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title="facts.none" />
          ) : (
            <>
              <section className={`card${query.isPlaceholderData ? " old" : ""}`}>
                <ol className="timeline">
                  {items.map((fact) => (
                    <FactLine key={fact.id} fact={fact} under={base} />
                  ))}
                </ol>
              </section>
              <Pager next={next} />
            </>
          )
        }
      </Loaded>
      <Outlet />
    </div>
  );
}

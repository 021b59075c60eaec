import { TextInput } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { Page } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Changes } from "./Changes.tsx";

const FILTERS = ["member", "actor", "action", "subject"] as const;

export default function Audit() {
  const { t } = useT();
  const [search, change] = useAddress();
  const { member, actor, action, subject, after } = search;
  const query = $api.useQuery(
    "get",
    "/v1/audit",
    { params: { query: { member, actor, action, subject, after, limit: 50 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page title={t("audit.title")} under={<p className="dim">{t("audit.hint")}</p>}>
      <search className="row fields" key={FILTERS.map((name) => search[name]).join("|")}>
        {FILTERS.map((name) => (
          <form
            key={name}
            onSubmit={(event) => {
              event.preventDefault();
              change({
                [name]: String(new FormData(event.currentTarget).get(name) ?? "").trim() || undefined,
                after: undefined,
              });
            }}
          >
            <TextInput
              name={name}
              type="search"
              label={t(`audit.${name}`)}
              placeholder={t(`audit.like.${name}`)}
              defaultValue={search[name] ?? ""}
              onBlur={(event) => event.currentTarget.form?.requestSubmit()}
            />
          </form>
        ))}
      </search>
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title="audit.none" />
          ) : (
            <>
              <section className={`card${query.isPlaceholderData ? " old" : ""}`}>
                <Changes items={items} />
              </section>
              <Pager next={next} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

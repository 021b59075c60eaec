import { NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { KINDS } from "~/api/facts.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Chip } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { FactLine } from "~/views/fact.tsx";
import { groups, RULES } from "./groups.ts";
import { Receipt } from "./Receipt.tsx";

/** What happened to a member and what was decided about it, one behind the other, the latest first. */
export default function Timeline() {
  const { t } = useT();
  const member = useParam("member");
  const [{ only, about, after }] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/members/{member}/timeline",
    { params: { path: { member }, query: { only, about, after, limit: 50 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <div className="stack wide">
      <div className="row">
        <Which />
      </div>
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title="timeline.none" />
          ) : (
            <>
              <section className={`card${query.isPlaceholderData ? " old" : ""}`}>
                <ol className="timeline">
                  {items.map(({ fact, receipt }) =>
                    fact ? (
                      <FactLine
                        key={fact.id}
                        fact={fact}
                        under={`/members/${encodeURIComponent(member)}/timeline`}
                        mark={<Chip>{t("facts.fact")}</Chip>}
                      />
                    ) : (
                      receipt && (
                        <Receipt
                          key={receipt.key}
                          member={member}
                          receipt={receipt}
                          brief
                          mark={<Chip tone="info">{t("receipts.one")}</Chip>}
                        />
                      )
                    ),
                  )}
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

/** All of it, facts or receipts alone, or those of one sort. */
function Which() {
  const { t, label } = useT();
  const [{ only = "", about = "" }, change] = useAddress();
  const choice = (kind: string, begins: string, text: string) => ({ value: `${kind} ${begins}`, label: text });
  return (
    <NativeSelect
      aria-label={t("timeline.which")}
      value={`${only} ${about}`}
      onChange={(event) => {
        const [kind, begins] = event.currentTarget.value.split(" ");
        change({ only: kind || undefined, about: begins || undefined, after: undefined });
      }}
      data={[
        choice("", "", t("timeline.all")),
        {
          group: t("receipts.title"),
          items: [
            choice("receipts", "", t("timeline.receipts")),
            ...RULES.map((rule) => choice("receipts", rule, t(`timeline.rule.${rule}`))),
          ],
        },
        {
          group: t("facts.title"),
          items: [
            choice("facts", "", t("timeline.facts")),
            ...groups(Object.keys(KINDS)).map((group) =>
              choice("facts", group, label(group.endsWith(".") ? "timeline.group." : "kinds.", group.replace(/\.$/, ""))),
            ),
          ],
        },
      ]}
    />
  );
}

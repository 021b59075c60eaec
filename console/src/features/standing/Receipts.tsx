import { Button } from "~/ui/Button.tsx";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { $api } from "~/api/client.ts";
import type { Explanation } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Card } from "~/ui/Page.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { instead } from "./instead.ts";
import { Receipt } from "./Receipt.tsx";

const STEP = 40;
const MOST = 200;

/** Every decision with its reasons, the latest first, as of any date, and those that were taken back. */
export default function Receipts() {
  const { t } = useT();
  const member = useParam("member");
  const [{ as_of }] = useAddress();
  const [receipts, setReceipts] = useState(STEP);
  const query = $api.useQuery(
    "get",
    "/v1/members/{member}/standing",
    { params: { path: { member }, query: { as_of, receipts, withdrawn: MOST } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Loaded query={query}>
      {(standing) => (
        <div className="stack wide">
          {standing.withdrawn.length > 0 && <Withdrawn standing={standing} />}
          {standing.receipts.length === 0 ? (
            <Empty title="receipts.none" />
          ) : (
            <Card
              title={t("receipts.title")}
              actions={
                <span className="small dim">
                  {t("receipts.shown", {
                    shown: standing.receipts.length,
                    all: standing.receipts_in_all ?? 0,
                  })}
                </span>
              }
            >
              <ol className="timeline">
                {standing.receipts.map((receipt) => (
                  <Receipt key={receipt.key} member={member} receipt={receipt} />
                ))}
              </ol>
              {standing.receipts.length < Math.min(MOST, standing.receipts_in_all ?? 0) && (
                <Button variant="default" loading={query.isFetching} onClick={() => setReceipts(Math.min(MOST, receipts + STEP))}>
                  {t("ui.more")}
                </Button>
              )}
            </Card>
          )}
        </div>
      )}
    </Loaded>
  );
}

/** Receipts that do not hold any more, out of the way of those that do. */
function Withdrawn({ standing }: { standing: Explanation }) {
  const { t } = useT();
  return (
    <Card title={t("receipts.withdrawn")}>
      <div className="stack">
        <p className="dim">{t("receipts.withdrawnHint")}</p>
        <details>
          <summary>{t("receipts.withdrawnCount", { count: standing.withdrawn.length })}</summary>
          <ol className="timeline">
            {standing.withdrawn.map(({ receipt, withdrawn_at }) => (
              <Receipt
                key={receipt.key + withdrawn_at}
                member={standing.member}
                receipt={receipt}
                withdrawn={withdrawn_at}
                instead={instead(receipt, standing)}
              />
            ))}
          </ol>
        </details>
      </div>
    </Card>
  );
}

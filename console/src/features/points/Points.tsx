import { NativeSelect, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { instant, localInput } from "~/ui/format.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useNames } from "~/views/names.tsx";
import { Balance } from "~/views/standing.tsx";
import { Statement } from "~/views/statement.tsx";

export default function Points() {
  const { t } = useT();
  const names = useNames();
  const may = useMay();
  const member = useParam("member");
  const [{ as_of, unit, from, to }, change] = useAddress();
  const about = useQuery(memberQuery(member)).data?.value;
  const balances = $api.useQuery(
    "get",
    "/v1/members/{member}/balances",
    { params: { path: { member }, query: { as_of } } },
    { placeholderData: keepPreviousData },
  );
  const statement = $api.useQuery(
    "get",
    "/v1/members/{member}/statement",
    { params: { path: { member }, query: { unit, from, to: to ?? as_of } } },
    { placeholderData: keepPreviousData },
  );
  const base = `/members/${encodeURIComponent(member)}/points`;
  return (
    <div className="stack wide">
      <div className="row noprint">
        {may("adjust_points") && <ButtonLink to={`${base}/adjust`}>{t("points.adjust")}</ButtonLink>}
        {may("spend_points", about) && <ButtonLink to={`${base}/spend`}>{t("points.spend")}</ButtonLink>}
        {may("reserve_points", about) && <ButtonLink to={`${base}/reserve`}>{t("points.reserve")}</ButtonLink>}
        {may("commit_reservation", about) && <ButtonLink to={`${base}/settle`}>{t("points.settle")}</ButtonLink>}
        {may("restore_redemption") && <ButtonLink to={`${base}/restore`}>{t("points.restore")}</ButtonLink>}
      </div>
      <Loaded query={balances} lines={3}>
        {({ items }) => (
          <>
            <div className="grid close">
              {items.map((balance) => (
                <Balance key={balance.unit.id} balance={balance} />
              ))}
            </div>
            <search className="row">
              <NativeSelect
                aria-label={t("points.unit")}
                value={unit ?? ""}
                onChange={(event) => change({ unit: event.currentTarget.value || undefined })}
                data={[
                  { value: "", label: t("points.allUnits") },
                  ...items.map((balance) => ({
                    value: balance.unit.id,
                    label: names("unit", balance.unit),
                  })),
                ]}
              />
              <TextInput
                type="datetime-local"
                aria-label={t("points.from")}
                title={t("points.from")}
                value={localInput(from)}
                onChange={(event) => change({ from: instant(event.currentTarget.value) })}
              />
              <span aria-hidden>–</span>
              <TextInput
                type="datetime-local"
                aria-label={t("points.to")}
                title={t("points.to")}
                value={localInput(to)}
                onChange={(event) => change({ to: instant(event.currentTarget.value) })}
              />
            </search>
          </>
        )}
      </Loaded>
      <Loaded query={statement}>
        {({ units }) =>
          units.filter((of) => unit || of.lines.length > 0 || of.lots.length > 0).map((of) => <Statement key={of.unit} of={of} />)
        }
      </Loaded>
      <Outlet />
    </div>
  );
}

import { Alert } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { api } from "~/api/client.ts";
import type { Member, MergePreview, NewMerge } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Form } from "~/ui/Form.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Card, Name, Pairs } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { MOVES, type MergeField } from "./merge.ts";
import { Values } from "./Values.tsx";

const WHY_MAX = 500;

/** What would go over and what the member would be; which values are kept is chosen here, and why they are one company is said. */
export function Preview({ preview, taken, old }: { preview: MergePreview; taken: MergeField[]; old: boolean }) {
  const { t } = useT();
  const navigate = useNavigate();
  const [, change] = useAddress();
  const { survivor, source, moves, same_orders } = preview;
  const draft = `merge.${survivor.id}.${source.id}`;
  const { send, sending, problem } = useSend(
    (body: NewMerge, once) => api.POST("/v1/members/{member}/merges", { params: { path: { member: survivor.id } }, body, ...once }),
    ({ id }) => {
      sessionStorage.removeItem(`draft.${draft}`);
      return navigate({
        to: "/members/$member/companies" as never,
        params: { member: survivor.id } as never,
        search: { merged: id } as never,
      });
    },
  );
  return (
    <div className={`stack wide${old ? " old" : ""}`}>
      <div className="grid broad">
        <Card title={t("merges.survivor")}>
          <Who member={survivor} />
        </Card>
        <Card title={t("merges.source")}>
          <Who member={source} />
        </Card>
      </div>
      <div className="row">
        <Button variant="default" onClick={() => change({ into: source.id, from: survivor.id, take: undefined })}>
          {t("merges.swap")}
        </Button>
        <Button variant="default" onClick={() => change({ from: undefined, take: undefined })}>
          {t("merges.another")}
        </Button>
      </div>
      {same_orders.length > 0 && (
        <Alert color="red" variant="light" role="alert" title={t("merges.sameOrders", { count: same_orders.length })}>
          <p>{t("merges.sameOrdersWhy")}</p>
          <p className="any">
            {same_orders.map((order) => (
              <span key={order}>
                <code>{order}</code>{" "}
              </span>
            ))}
          </p>
        </Alert>
      )}
      <Card title={t("merges.profile")}>
        <Values preview={preview} taken={taken} />
      </Card>
      <div className="two">
        <Card title={t("merges.why")}>
          <Form
            draft={draft}
            fields={[{ name: "why", label: t("merges.reason"), hint: t("merges.reasonHint"), kind: "area", required: true, max: WHY_MAX }]}
            submit={t("merges.merge")}
            sending={sending}
            problem={problem}
            onSubmit={({ why = "" }) => send({ from: source.id, why: why.trim(), take: taken })}
          >
            <p className="small dim">{t("merges.canUndo")}</p>
          </Form>
        </Card>
        <Card title={t("merges.moves")}>
          {MOVES.every((key) => moves[key] === 0) ? (
            <p className="dim">{t("merges.movesNothing")}</p>
          ) : (
            <Pairs of={MOVES.map((key) => [t(`merges.moved.${key}`), moves[key] > 0 && <Quantity value={moves[key]} />])} />
          )}
        </Card>
      </div>
    </div>
  );
}

const Who = ({ member: { id, name } }: { member: Member }) => (
  <div className="row">
    <Name>{name}</Name> <code>{id}</code>
  </div>
);

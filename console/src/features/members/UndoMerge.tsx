import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { When } from "~/ui/format.tsx";
import { Pairs } from "~/ui/Page.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";

/** Takes a merge back, once it was said what that means. */
export default function UndoMerge() {
  const { t } = useT();
  const [member, id] = [useParam("member"), useParam("merge")];
  const go = useGo();
  const back = () => go(`/members/${encodeURIComponent(member)}/companies`);
  const query = $api.useQuery("get", "/v1/members/{member}/merges", { params: { path: { member } } });
  const { send, sending, problem } = useSend(
    (_: null, once) => api.POST("/v1/members/{member}/merges/{merge}/undo", { params: { path: { member, merge: id } }, ...once }),
    back,
  );
  return (
    <Dialog title={t("merges.undo")} onClose={back}>
      <Loaded query={query} lines={3}>
        {({ items }) => {
          const merge = items.find((one) => one.id === id);
          if (!merge) return <Empty title="ui.missing" />;
          if (merge.undone_at) return <p>{t("merges.undoneAlready")}</p>;
          return (
            <Form fields={[]} submit={t("merges.undo")} danger sending={sending} problem={problem} onSubmit={() => send(null)}>
              <Pairs
                of={[
                  [t("merges.merged"), <code key="from">{merge.from}</code>],
                  [t("merges.at"), <When key="at" at={merge.at} />],
                  [t("merges.reason"), <bdi key="why">{merge.why}</bdi>],
                ]}
              />
              <p>{t("merges.undoHint")}</p>
            </Form>
          );
        }}
      </Loaded>
    </Dialog>
  );
}

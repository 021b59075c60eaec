import { useContext, useState } from "react";
import { $api, api } from "~/api/client.ts";
import { effectOf, tagsOf, undoing } from "~/api/custom.ts";
import type { CustomChanges } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Confirm } from "~/ui/Confirm.tsx";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { Quantity } from "~/ui/format.tsx";
import { useGo } from "~/ui/route.ts";
import { Empty } from "~/ui/states.tsx";
import { Chosen } from "./chosen.ts";
import { CustomOutcome } from "./CustomOutcome.tsx";

type Asked = { add: string[]; remove: string[] };

/** Adds tags to the members that are chosen, or takes tags off them: seen before it is done, all or none, and put back if it was a mistake. */
export default function TagChosen() {
  const { t } = useT();
  const go = useGo();
  const chosen = useContext(Chosen);
  const [members] = useState(chosen);
  const [typed, setTyped] = useState({ add: "", remove: "" });
  const [asked, setAsked] = useState<Asked>();
  const close = () => go("/members");
  const ids = members.map(({ id }) => id);
  const effects = asked ? effectOf(members, asked.add, asked.remove) : [];
  const { send, sending, problem, data } = useSend((body: CustomChanges, once) => api.POST("/v1/custom-changes", { body, ...once }));
  return (
    <Dialog title={t("custom.tagChosen")} onClose={close}>
      {members.length === 0 ? (
        <Empty title="bulk.none" />
      ) : data ? (
        <CustomOutcome came={data} back={undoing(effects)} close={close} />
      ) : asked ? (
        <Confirm
          of={effects.map(({ tag, how, members: whom }) => [
            t(how === "add" ? "custom.gets" : "custom.loses", { tag }),
            <Quantity key={how + tag} value={whom.length} />,
          ])}
          submit={t("custom.run")}
          sending={sending}
          problem={problem}
          onConfirm={() => send({ members: ids, add_tags: asked.add, remove_tags: asked.remove })}
          onBack={() => setAsked(undefined)}
        />
      ) : (
        <Ask
          count={members.length}
          had={[...new Set(members.flatMap(({ custom }) => custom?.tags ?? []))]}
          typed={typed}
          done={(filled) => {
            setTyped(filled);
            setAsked({ add: tagsOf(filled.add), remove: tagsOf(filled.remove) });
          }}
        />
      )}
    </Dialog>
  );
}

type Typed = { add: string; remove: string };

function Ask({ count, had, typed, done }: { count: number; had: string[]; typed: Typed; done: (typed: Typed) => void }) {
  const { t } = useT();
  const used = $api.useQuery("get", "/v1/tags", { params: { query: { limit: 20 } } }).data?.items ?? [];
  const [empty, setEmpty] = useState(false);
  const known = (key: "custom.inUse" | "custom.had", tags: string[]) => (tags.length > 0 ? ` ${t(key, { tags: tags.join(", ") })}` : "");
  return (
    <Form
      fields={[
        {
          name: "add",
          label: t("custom.add"),
          hint:
            t("custom.tagsHint") +
            known(
              "custom.inUse",
              used.map(({ tag }) => tag),
            ),
          max: 1000,
        },
        { name: "remove", label: t("custom.remove"), hint: t("custom.tagsHint") + known("custom.had", had), max: 1000 },
      ]}
      initial={typed}
      submit={t("points.preview")}
      problem={empty ? { code: "invalid-field", field: "add" } : undefined}
      onSubmit={({ add = "", remove = "" }) => (tagsOf(add + "," + remove).length > 0 ? done({ add, remove }) : setEmpty(true))}
    >
      <p>{t("bulk.chosen", { count })}</p>
    </Form>
  );
}

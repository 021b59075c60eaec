import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client.ts";
import { memberQuery, type Tagged } from "~/api/member.ts";
import type { Member, MemberChange } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { filledMember, memberOf, useMemberFields } from "./fields.ts";

export default function ChangeMember() {
  const { t } = useT();
  const id = useParam("member");
  const go = useGo();
  const query = useQuery(memberQuery(id));
  const close = () => go(`/members/${encodeURIComponent(id)}`);
  return (
    <Dialog title={t("members.change")} onClose={close}>
      <Loaded query={query}>{(tagged) => <Change tagged={tagged} done={close} />}</Loaded>
    </Dialog>
  );
}

function Change({ tagged: { value, etag }, done }: { tagged: Tagged<Member>; done: () => void }) {
  const { t } = useT();
  const draft = `members.${value.id}`;
  const { send, sending, problem } = useSend(
    (body: MemberChange) =>
      api.PATCH("/v1/members/{member}", {
        params: { path: { member: value.id }, header: { "If-Match": etag } },
        body,
      }),
    () => {
      forget(draft);
      done();
    },
  );
  const before = filledMember(value);
  return (
    <Form
      draft={draft}
      fields={useMemberFields()}
      initial={before}
      submit={t("ui.save")}
      sending={sending}
      problem={problem}
      onSubmit={(filled) => {
        const [was, is] = [memberOf(before), memberOf(filled)];
        // Only what was changed is sent, so that nothing is put back that somebody else changes meanwhile.
        send(Object.fromEntries(Object.entries(is).filter(([key, now]) => now !== was[key as keyof typeof was])));
      }}
    />
  );
}

import { useNavigate } from "@tanstack/react-router";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { LevelForm } from "~/views/level.tsx";

export default function OpenCase() {
  const { t } = useT();
  const member = useParam("member");
  const go = useGo();
  const navigate = useNavigate();
  return (
    <Dialog title={t("verification.open")} onClose={() => go(`/members/${encodeURIComponent(member)}/verification`)}>
      <LevelForm
        member={member}
        submit={t("verification.open")}
        done={(one) => void navigate({ to: `/verification/${encodeURIComponent(member)}/${one.id}` as never })}
      />
    </Dialog>
  );
}

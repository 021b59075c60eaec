import { useNavigate } from "@tanstack/react-router";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { useParam } from "~/ui/route.ts";
import { EvidenceForm } from "~/views/evidence.tsx";
import { useOwn } from "../Frame.tsx";

export default function AddEvidence() {
  const { t } = useT();
  const member = useOwn();
  const id = useParam("case");
  const go = useNavigate();
  const back = () => void go({ to: "/portal/verification" as never });
  return (
    <Dialog title={t("verification.addEvidence")} onClose={back}>
      <EvidenceForm member={member} id={id} camera done={back} />
    </Dialog>
  );
}

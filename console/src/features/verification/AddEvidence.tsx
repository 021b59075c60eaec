import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { EvidenceForm } from "~/views/evidence.tsx";

export default function AddEvidence() {
  const { t } = useT();
  const [member, id] = [useParam("member"), useParam("case")];
  const go = useGo();
  const back = () => go(`/verification/${encodeURIComponent(member)}/${id}`);
  return (
    <Dialog title={t("verification.addEvidence")} onClose={back}>
      <EvidenceForm member={member} id={id} done={back} />
    </Dialog>
  );
}

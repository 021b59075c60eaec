import type { ReactNode } from "react";
import { $api } from "~/api/client.ts";
import type { VerificationCaseInFull } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Card } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { Said, Shown } from "~/views/verification.tsx";

/** The evidence of a case, and beside it the document that is picked. */
export function EvidenceDesk({ one, children }: { one: VerificationCaseInFull; children: ReactNode }) {
  const { t } = useT();
  const may = useMay();
  const [{ file }, change] = useAddress();
  const files = $api.useQuery(
    "get",
    "/v1/members/{member}/files",
    { params: { path: { member: one.member }, query: { limit: 200 } } },
    { enabled: may("list_files") },
  );
  const picked = file ?? one.evidence.find((evidence) => evidence.file)?.file ?? undefined;
  const shown = files.data?.items.find(({ id }) => id === picked);
  return (
    <div className="desk">
      <div className="stack wide">
        <Card title={t("verification.evidence")}>
          {one.evidence.length === 0 ? (
            <p className="dim">{t("verification.noEvidence")}</p>
          ) : (
            <ul className="plain stack">
              {one.evidence.map((evidence) => (
                <li key={evidence.id}>
                  {evidence.file ? (
                    <button
                      type="button"
                      className="pick"
                      aria-pressed={evidence.file === picked}
                      onClick={() => change({ file: evidence.file ?? undefined })}
                    >
                      <Said evidence={evidence} />
                    </button>
                  ) : (
                    <div className="pick">
                      <Said evidence={evidence} />
                    </div>
                  )}
                </li>
              ))}
            </ul>
          )}
        </Card>
        {children}
      </div>
      <Card title={t("verification.document")}>
        {shown ? <Shown member={one.member} file={shown} /> : <p className="dim">{t("verification.noDocument")}</p>}
      </Card>
    </div>
  );
}

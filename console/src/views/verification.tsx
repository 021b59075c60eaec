import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import type { Evidence, File as Kept, VerificationStep } from "~/api/schema.gen.ts";
import { contentAddress, contentQuery, over, type Status } from "~/api/verification.ts";
import { useT } from "~/i18n/index.ts";
import { When } from "~/ui/format.tsx";
import { Chip, Pairs, type Tone } from "~/ui/Page.tsx";
import { Loaded, Loading } from "~/ui/states.tsx";

const FileView = lazy(() => import("~/ui/FileView.tsx").then((part) => ({ default: part.FileView })));

const TONES: Record<Status, Tone> = {
  open: "info",
  waiting: "wait",
  approved: "ok",
  refused: "bad",
  appealed: "warn",
  withdrawn: "none",
  expired: "none",
};

export function StatusChip({ status }: { status: string }) {
  const { label } = useT();
  return <Chip tone={TONES[status as Status]}>{label("verification.status.", status)}</Chip>;
}

/** What a case went through, the latest first. */
export function History({ steps }: { steps: VerificationStep[] }) {
  const { label } = useT();
  return (
    <ol className="timeline">
      {steps.toReversed().map((step, n) => (
        <li key={n}>
          <div className="row small dim">
            <When at={step.at} /> · <span className="any">{step.actor}</span>
          </div>
          {label("verification.act.", step.act)}
          {step.note && <p className="any name">{step.note}</p>}
        </li>
      ))}
    </ol>
  );
}

/** What a piece of evidence says, and where it comes from. */
export function Said({ evidence }: { evidence: Evidence }) {
  const { t, label } = useT();
  return (
    <div className="stack tight">
      <span className="row apart">
        <span className="dim small">{label("verification.field.", evidence.field)}</span>
        {over(evidence) && <Chip tone="bad">{t("verification.ended")}</Chip>}
      </span>
      <bdi className="any">{evidence.value}</bdi>
      <span className="small">
        <Pairs
          of={[
            [t("verification.source"), label("verification.sourceOf.", evidence.source)],
            [t("verification.seen"), <When key="seen" at={evidence.observed_at} />],
            [t("verification.until"), evidence.expires_at && <When at={evidence.expires_at} />],
          ]}
        />
      </span>
    </div>
  );
}

/** A document of a member, shown. */
export function Shown({ member, file }: { member: string; file: Kept }) {
  const query = useQuery(contentQuery(member, file.id));
  return (
    <Loaded query={query}>
      {(content) => (
        <Suspense fallback={<Loading />}>
          <FileView key={file.id} name={file.name} type={file.type} content={content} address={contentAddress(member, file.id)} />
        </Suspense>
      )}
    </Loaded>
  );
}

import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { $api, api } from "~/api/client.ts";
import type { ImportKind } from "~/api/imports.gen.ts";
import { programQuery } from "~/api/program.ts";
import type { Job, ProposalView } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Failed, Loaded } from "~/ui/states.tsx";
import { JobOutcome } from "~/views/job.tsx";
import { MappingForm } from "./MappingForm.tsx";
import { change as set, readMapping, writeMapping } from "./mapping.ts";
import { Imported } from "./Imported.tsx";
import { IMPORT_KINDS, isKind, prepare, prepared } from "./prepared.ts";
import { Steps } from "./Steps.tsx";

/** The steps after the file is there: how its columns become fields, a trial of it, and the import itself. */
export default function Prepare() {
  const { t } = useT();
  const upload = useParam("upload");
  const [{ kind: asked, trial }, change] = useAddress();
  const [kept, setKept] = useState(() => prepared(upload));
  const kind: ImportKind = isKind(asked) ? asked : (kept.kind ?? "orders");
  const { encoding, sheet } = kept;
  const keep = (more: typeof kept) => setKept(prepare(upload, more));
  const proposal = $api.useQuery(
    "get",
    "/v1/imports/uploads/{upload}/proposal",
    { params: { path: { upload }, query: { kind, encoding: encoding || undefined, sheet: sheet || undefined } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page title={kept.name ?? t("imports.new")} under={<p className="dim">{t("imports.kept")}</p>}>
      <Steps at={trial ? 2 : 1} />
      <div className="row fields">
        <NativeSelect
          label={t("imports.kind")}
          value={kind}
          onChange={(event) => {
            keep({ kind: event.currentTarget.value as ImportKind, mapping: undefined });
            change({ kind: event.currentTarget.value, trial: undefined });
          }}
          data={IMPORT_KINDS.map((value) => ({ value, label: t(`imports.kindOf.${value}`) }))}
        />
        <NativeSelect
          label={t("imports.encoding")}
          value={encoding ?? ""}
          onChange={(event) => keep({ encoding: event.currentTarget.value })}
          data={[{ value: "", label: t("imports.found") }, "utf-8", "gb18030", "big5", "windows-1252"]}
        />
        <TextInput
          label={t("imports.sheet")}
          placeholder={t("imports.firstSheet")}
          defaultValue={sheet ?? ""}
          onBlur={(event) => keep({ sheet: event.currentTarget.value.trim() })}
        />
      </div>
      <Loaded query={proposal}>
        {(proposed) => (
          <Mapped key={`${kind} ${encoding} ${sheet}`} upload={upload} kind={kind} proposal={proposed} old={proposal.isPlaceholderData} />
        )}
      </Loaded>
    </Page>
  );
}

function Mapped({ upload, kind, proposal, old }: { upload: string; kind: ImportKind; proposal: ProposalView; old: boolean }) {
  const { t } = useT();
  const navigate = useNavigate();
  const [{ trial }, go] = useAddress();
  const zone = useQuery(programQuery).data?.document.time_zone;
  const proposed = readMapping(proposal.mapping);
  const begun = proposed && writeMapping(zone && proposed.time_zone === "UTC" ? set(proposed, "time_zone", String(zone)) : proposed);
  const [kept, setKept] = useState(() => prepared(upload));
  const text = kept.mapping ?? begun ?? proposal.mapping;
  const keep = (more: typeof kept) => {
    setKept(prepare(upload, more));
    // What was tried was another mapping.
    if (trial) go({ trial: undefined });
  };
  const run = useSend(
    (dry_run: boolean, once) =>
      api.POST("/v1/imports", {
        body: {
          upload,
          kind,
          mapping: text,
          dry_run,
          live: kept.live ?? false,
          known_members_only: kept.known ?? false,
          encoding: kept.encoding || null,
          sheet: kept.sheet || null,
        },
        ...once,
      }),
    (job: Job, dry_run) => {
      prepare(upload, { kind, mapping: text });
      if (dry_run) go({ trial: job.id });
      else void navigate({ to: `/imports/runs/${job.id}` as never, search: { upload, kind } as never });
    },
  );
  return (
    <div className={`stack wide${old ? " old" : ""}`}>
      <MappingForm kind={kind} proposal={proposal} text={text} onChange={(mapping) => keep({ mapping })} />
      <Card title={t("imports.options")}>
        <div className="stack">
          <Checkbox
            label={t("imports.known")}
            description={t("imports.knownHint")}
            checked={kept.known ?? false}
            onChange={(event) => keep({ known: event.currentTarget.checked })}
          />
          <Checkbox
            label={t("imports.live")}
            description={t("imports.liveHint")}
            checked={kept.live ?? false}
            onChange={(event) => keep({ live: event.currentTarget.checked })}
          />
        </div>
      </Card>
      {run.problem && <Failed told={run.problem} />}
      <div className="row">
        <Button variant={trial ? "default" : "filled"} loading={run.sending} onClick={() => run.send(true)}>
          {t("imports.try")}
        </Button>
        <span className="dim">{t("imports.tryHint")}</span>
      </div>
      {trial && (
        <JobOutcome id={trial} title={t("imports.trying")}>
          {(job) => (
            <Imported
              job={job}
              upload={upload}
              kind={kind}
              actions={
                <Button loading={run.sending} onClick={() => run.send(false)}>
                  {t("imports.run")}
                </Button>
              }
            />
          )}
        </JobOutcome>
      )}
    </div>
  );
}

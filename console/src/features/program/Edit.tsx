import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { api } from "~/api/client.ts";
import { parse, programQuery, type Document } from "~/api/program.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { Failed, Loaded, Loading } from "~/ui/states.tsx";
import { Checked } from "./Checked.tsx";
import { draft } from "./draft.ts";
import { lineOf } from "./edits.ts";
import { ProgramTabs } from "./ProgramTabs.tsx";
import { SourceField } from "./SourceField.tsx";
import { chosen, Studio } from "./Studio.tsx";
import { namesOf } from "./suggest.ts";

const READ_MS = 250;

/** The program as forms beside its text: changed in either, checked, compared with what is in force, applied from a date. */
export default function Edit() {
  const { t } = useT();
  const query = useQuery(programQuery);
  return (
    <Page title={t("program.edit")}>
      <ProgramTabs />
      <Loaded query={query}>{(program) => <Editor stored={program?.version.source ?? ""} inForce={program?.document} />}</Loaded>
    </Page>
  );
}

/** The text as a document once one pauses; while it cannot be read, what it was before. */
function useDocument(source: string) {
  const [read, setRead] = useState<{ document?: Document; broken: boolean }>({ broken: false });
  useEffect(() => {
    let late = false;
    const waits = setTimeout(
      () =>
        void parse(source).then(
          (document) => late || setRead({ document, broken: false }),
          () => late || setRead(({ document }) => ({ document, broken: true })),
        ),
      READ_MS,
    );
    return () => {
      late = true;
      clearTimeout(waits);
    };
  }, [source]);
  return read;
}

/** Says that there is something that was not applied, with the ways back. */
function Unapplied({ undo, discard }: { undo: (() => void) | undefined; discard: () => void }) {
  const { t } = useT();
  return (
    <Alert variant="light" color="blue" role="status">
      <span className="row apart">
        {t("program.draft")}
        <span className="row">
          {undo && (
            <Button size="xs" variant="default" onClick={undo}>
              {t("program.undoEdit")}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={discard}>
            {t("program.discard")}
          </Button>
        </span>
      </span>
    </Alert>
  );
}

function Editor({ stored, inForce }: { stored: string; inForce: Document | undefined }) {
  const { t } = useT();
  const may = useMay();
  const [source, setSource] = useState(() => draft.of(stored));
  const [past, setPast] = useState<string[]>([]);
  const [checked, setChecked] = useState("");
  const { document, broken } = useDocument(source);
  const names = useMemo(() => namesOf(document ?? inForce), [document, inForce]);
  const check = useSend(
    (body: { source: string }, once) => api.POST("/v1/program/check", { body, ...once }),
    (_, body) => setChecked(body.source),
  );
  const type = (next: string) => {
    setSource(next);
    if (next === stored) draft.drop();
    else draft.put(next);
  };
  const undo = (last: string) => {
    setPast(past.slice(0, -1));
    type(last);
  };
  const fresh = check.data && checked === source ? check.data : undefined;
  const last = past.at(-1);
  const [search] = useAddress();
  const place = search.part && document && chosen(document, search).shown?.path;
  const shown = place ? lineOf(source, place) : undefined;
  return (
    <div className="stack wide">
      {source !== stored && <Unapplied undo={last === undefined ? undefined : () => undo(last)} discard={() => type(stored)} />}
      <div className="studio">
        {broken ? (
          <Card title={t("program.forms")}>
            <p role="status">{t("program.broken")}</p>
          </Card>
        ) : document ? (
          <Studio
            source={source}
            document={document}
            onEdit={(next) => {
              setPast([...past, source]);
              type(next);
            }}
          />
        ) : (
          <Loading />
        )}
        <div className="stack">
          <SourceField source={source} problems={fresh?.problems ?? []} names={names} shown={shown} onChange={type} />
          <div className="row">
            <Button onClick={() => check.send({ source })} loading={check.sending}>
              {t("program.check")}
            </Button>
            {source !== stored && may("simulate_program") && <ButtonLink to="/program/simulate">{t("program.simulate")}</ButtonLink>}
          </div>
          {check.problem && <Failed told={check.problem} />}
        </div>
      </div>
      <Checked view={fresh} stored={stored} source={source} applied={draft.drop} />
    </div>
  );
}

import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { parse } from "smol-toml";
import { api } from "~/api/client.ts";
import { programQuery, type Document } from "~/api/program.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { Failed, Loaded } from "~/ui/states.tsx";
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

type Read = { document?: Document; broken: boolean };
const read = (source: string, before: Read): Read => {
  try {
    return { document: parse(source) as Document, broken: false };
  } catch {
    return { ...before, broken: true };
  }
};

/** The text as a document once one pauses, or at once where a form put something into it; while it cannot be read, what it was before. */
function useDocument(source: string) {
  const [known, setKnown] = useState(() => read(source, { broken: true }));
  useEffect(() => {
    const waits = setTimeout(() => setKnown((before) => read(source, before)), READ_MS);
    return () => clearTimeout(waits);
  }, [source]);
  return { ...known, readNow: (next: string) => setKnown((before) => read(next, before)) };
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
  const { document, broken, readNow } = useDocument(source);
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
  const put = (next: string, before: string[]) => {
    setPast(before);
    type(next);
    readNow(next);
  };
  const fresh = check.data && checked === source ? check.data : undefined;
  const last = past.at(-1);
  const [search] = useAddress();
  const place = search.part && document && chosen(document, search).shown?.path;
  const shown = place ? lineOf(source, place) : undefined;
  return (
    <div className="stack wide">
      {source !== stored && (
        <Unapplied undo={last === undefined ? undefined : () => put(last, past.slice(0, -1))} discard={() => put(stored, past)} />
      )}
      <div className="studio">
        {broken || !document ? (
          <Card title={t("program.forms")}>
            <p role="status">{t("program.broken")}</p>
          </Card>
        ) : (
          <Studio source={source} document={document} onEdit={(next) => put(next, [...past, source])} />
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

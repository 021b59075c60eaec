import { Alert } from "@mantine/core";
import { Button } from "~/ui/Button.tsx";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "~/api/client.ts";
import { programQuery } from "~/api/program.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Page } from "~/ui/Page.tsx";
import { Failed, Loaded } from "~/ui/states.tsx";
import { Checked } from "./Checked.tsx";
import { draft } from "./draft.ts";
import { ProgramTabs } from "./ProgramTabs.tsx";
import { SourceField } from "./SourceField.tsx";

/** The program's file: typed, checked, compared with what is in force, applied from a date. */
export default function Edit() {
  const { t } = useT();
  const query = useQuery(programQuery);
  return (
    <Page title={t("program.edit")}>
      <ProgramTabs />
      <Loaded query={query}>{(program) => <Editor stored={program?.version.source ?? ""} />}</Loaded>
    </Page>
  );
}

function Editor({ stored }: { stored: string }) {
  const { t } = useT();
  const may = useMay();
  const [source, setSource] = useState(() => draft.get() ?? stored);
  const [checked, setChecked] = useState("");
  const check = useSend(
    (body: { source: string }, once) => api.POST("/v1/program/check", { body, ...once }),
    (_, body) => setChecked(body.source),
  );
  const type = (next: string) => {
    setSource(next);
    if (next === stored) draft.drop();
    else draft.put(next);
  };
  const fresh = check.data && checked === source ? check.data : undefined;
  return (
    <div className="two">
      <div className="stack">
        {source !== stored && (
          <Alert variant="light" color="blue" role="status">
            <span className="row apart">
              {t("program.draft")}
              <Button size="xs" variant="default" onClick={() => type(stored)}>
                {t("program.discard")}
              </Button>
            </span>
          </Alert>
        )}
        <SourceField source={source} problems={fresh?.problems ?? []} onChange={type} />
        <div className="row">
          <Button onClick={() => check.send({ source })} loading={check.sending}>
            {t("program.check")}
          </Button>
          {source !== stored && may("simulate_program") && <ButtonLink to="/program/simulate">{t("program.simulate")}</ButtonLink>}
        </div>
        {check.problem && <Failed told={check.problem} />}
      </div>
      <Checked view={fresh} stored={stored} source={source} applied={draft.drop} />
    </div>
  );
}

import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { entries, textOf, type Document, type Entry } from "~/api/program.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Form, type Filled } from "~/ui/Form.tsx";
import { Card } from "~/ui/Page.tsx";
import { useAddress, type Search } from "~/ui/route.ts";
import { add, change, FORMS, placed, remove, type Placed, type Section } from "./edits.ts";
import { changedEntry, filledEntry, useEntryFields } from "./entryFields.ts";

const NEW = "+";
type Props = { source: string; document: Document; onEdit: (source: string) => void };

/** The entry that the address names, or the first of its section; nothing where a new one is being made. */
export function chosen(document: Document, { part, entry }: Search) {
  const section = FORMS.find((known) => known === part) ?? "metric";
  const all = placed(document, section);
  return { section, all, shown: entry === NEW && section !== "program" ? undefined : (all.find(({ key }) => key === entry) ?? all[0]) };
}

/** What is looked at: what the address says, and what was just chosen before the address says so. */
function usePlace(): [Search, (to: Search) => void] {
  const [search, setAddress] = useAddress();
  const [going, setGoing] = useState({ from: search, to: search });
  const go = (to: Search) => {
    setGoing({ from: search, to });
    setAddress(to);
  };
  return [going.from === search ? going.to : search, go];
}

/** The program as forms: one entry at a time, put into the text where it stands there. */
export function Studio({ source, document, onEdit }: Props) {
  const { t, language } = useT();
  const [place, go] = usePlace();
  const { section, all, shown } = chosen(document, place);
  const [problem, setProblem] = useState(false);
  const [round, setRound] = useState(0);

  const put = (edit: () => string, then: string | undefined) => {
    try {
      onEdit(edit());
      setProblem(false);
      setRound(round + 1);
      go({ part: section, entry: then });
    } catch {
      setProblem(true);
    }
  };
  return (
    <Card title={t("program.forms")}>
      <div className="stack">
        <div className="row fields">
          <NativeSelect
            label={t("program.part")}
            value={section}
            onChange={(event) => go({ part: event.currentTarget.value, entry: undefined })}
            data={FORMS.map((value) => ({ value, label: t(`program.section.${value}`) }))}
          />
          <NativeSelect
            label={t("program.entry")}
            value={shown?.key ?? NEW}
            onChange={(event) => go({ part: section, entry: event.currentTarget.value })}
            data={[
              ...all.map(({ key, entry: one }) => ({ value: key, label: `${textOf(one.name, language) ?? one.id} (${key})` })),
              ...(section === "program" ? [] : [{ value: NEW, label: t("program.newEntry") }]),
            ]}
          />
        </div>
        {problem && (
          <p role="alert" className="chip free bad">
            {t("program.notPut")}
          </p>
        )}
        <EntryForm
          key={`${section}/${shown?.key ?? NEW}/${round}`}
          section={section}
          document={document}
          shown={shown}
          onPut={put}
          source={source}
        />
      </div>
    </Card>
  );
}

type Entering = {
  section: Section;
  document: Document;
  shown: Placed | undefined;
  source: string;
  onPut: (edit: () => string, key: string | undefined) => void;
};

function EntryForm({ section, document, shown, source, onPut }: Entering) {
  const { t, language } = useT();
  const fields = useEntryFields(section, shown?.entry, document);
  const [outer, inner] = section.split(".") as [string, string | undefined];
  const parents = inner ? entries(document, outer) : [];
  const name = (one: Entry) => textOf(one.name, language) ?? one.id;
  const submit = (filled: Filled) => {
    const values = changedEntry(section, shown?.entry, filled);
    const within = shown ? shown.key.split(".").slice(0, -1) : inner ? [parents[Number(filled.parent ?? 0)]!.id] : [];
    const key = [...within, filled.id?.trim()].join(".");
    const parent = inner ? [outer, Number(filled.parent ?? 0)] : [];
    onPut(() => (shown ? change(source, shown.path, values) : add(source, section, parent, values)), key);
  };
  return (
    <>
      <Form
        fields={[
          ...(inner && !shown
            ? [
                {
                  name: "parent",
                  label: t(outer === "track" ? "program.section.track" : "program.section.mission"),
                  kind: "select" as const,
                  required: true,
                  options: parents.map((one, n) => ({ value: String(n), label: name(one) })),
                },
              ]
            : []),
          ...fields,
        ]}
        initial={{ parent: "0", ...filledEntry(section, shown?.entry) }}
        submit={t(shown ? "program.put" : "program.addEntry")}
        onSubmit={submit}
      />
      {shown && section !== "program" && (
        <div className="row">
          <Button variant="default" size="xs" onClick={() => onPut(() => remove(source, shown.path), undefined)}>
            {t("program.removeEntry")}
          </Button>
        </div>
      )}
    </>
  );
}

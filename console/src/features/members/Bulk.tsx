import { NativeSelect } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useContext, useEffect, useRef, useState } from "react";
import type { ListedMember } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { Button } from "~/ui/Button.tsx";
import { Confirm } from "~/ui/Confirm.tsx";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo } from "~/ui/route.ts";
import { Empty } from "~/ui/states.tsx";
import { BULK_FIELDS, makeSame, SERVER, undo, type BulkField, type Row, type Wanted } from "./bulk.ts";
import { BulkOutcome } from "./BulkOutcome.tsx";
import { Chosen } from "./chosen.ts";
import { useMemberFields } from "./fields.ts";

/** Makes a field the same for the members that are chosen: seen before it is done, told one by one, and put back if it was a mistake. */
export default function Bulk() {
  const { t } = useT();
  const go = useGo();
  const chosen = useContext(Chosen);
  // What is chosen is what was chosen when the dialog was opened.
  const [members] = useState(chosen);
  const [wanted, setWanted] = useState<Wanted>();
  const [preview, setPreview] = useState(false);
  const work = useWork();
  return (
    <Dialog title={t("bulk.title")} onClose={() => (work.busy ? work.stop() : go("/members"))}>
      {members.length === 0 ? (
        <Empty title="bulk.none" />
      ) : work.all ? (
        <div className="stack">
          {work.busy ? (
            <>
              <Bar share={work.rows.length / work.all} label={t("bulk.title")} />
              <Button variant="default" onClick={work.stop}>
                {t("bulk.stop")}
              </Button>
            </>
          ) : (
            <BulkOutcome
              rows={work.rows}
              left={work.all - work.rows.length}
              onUndo={() =>
                wanted &&
                work.begin(work.rows.filter(({ came }) => came === "changed").length, (told) => undo(work.rows, wanted, SERVER, told))
              }
              onClose={() => go("/members")}
            />
          )}
        </div>
      ) : preview && wanted ? (
        <Preview
          members={members}
          wanted={wanted}
          onConfirm={() => work.begin(members.length, (told) => makeSame(members, wanted, SERVER, told))}
          onBack={() => setPreview(false)}
        />
      ) : (
        <Ask
          count={members.length}
          before={wanted}
          done={(asked) => {
            setWanted(asked);
            setPreview(true);
          }}
        />
      )}
    </Dialog>
  );
}

type Told = Parameters<typeof makeSame>[3];

/** Work that goes from one to the next, can be stopped, and stops when the dialog is closed. */
function useWork() {
  const queries = useQueryClient();
  const [all, setAll] = useState(0);
  const [rows, setRows] = useState<Row[]>([]);
  const [busy, setBusy] = useState(false);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const begin = async (count: number, does: (told: Told) => Promise<Row[]>) => {
    stop.current = new AbortController();
    setAll(count);
    setRows([]);
    setBusy(true);
    setRows(await does({ seen: setRows, signal: stop.current.signal }));
    setBusy(false);
    await queries.invalidateQueries();
  };
  return { all, rows, busy, stop: () => stop.current.abort(), begin: (...asked: Parameters<typeof begin>) => void begin(...asked) };
}

function Ask({ count, before, done }: { count: number; before: Wanted | undefined; done: (wanted: Wanted) => void }) {
  const { t } = useT();
  const [field, setField] = useState<BulkField>(before?.field ?? "account_manager");
  const input = useMemberFields().find(({ name }) => name === field)!;
  return (
    <div className="stack">
      <p>{t("bulk.chosen", { count })}</p>
      <NativeSelect
        label={t("bulk.field")}
        value={field}
        onChange={(event) => setField(event.currentTarget.value as BulkField)}
        data={BULK_FIELDS.map((value) => ({ value, label: t(`members.${value}`) }))}
      />
      <Form
        key={field}
        fields={[{ ...input, hint: [input.hint, t("bulk.emptyHint")].filter(Boolean).join(" ") }]}
        initial={before?.field === field ? { [field]: before.value ?? "" } : undefined}
        submit={t("points.preview")}
        onSubmit={({ [field]: typed = "" }) => {
          const value = typed.trim() || null;
          done({ field, value: field === "country" ? (value?.toUpperCase() ?? null) : value });
        }}
      />
    </div>
  );
}

const SHOWN = 20;

function Preview({ members, wanted: { field, value }, ...rest }: PreviewProps) {
  const { t } = useT();
  const changed = members.filter((member) => (member[field] ?? null) !== value);
  return (
    <Confirm
      {...rest}
      of={[
        [t("bulk.field"), t(`members.${field}`)],
        [t("bulk.after"), <bdi key="after">{value ?? t("bulk.nothing")}</bdi>],
        [t("bulk.same"), changed.length < members.length && members.length - changed.length],
      ]}
      submit={t("bulk.run", { count: changed.length })}
      sending={false}
      problem={undefined}
    >
      <ul className="plain stack tight small">
        {changed.slice(0, SHOWN).map((member) => (
          <li key={member.id} className="any">
            <bdi>{member.name}</bdi> <code>{member.id}</code>: <s>{member[field] ?? "–"}</s> → {value ?? "–"}
          </li>
        ))}
        {changed.length > SHOWN && <li className="dim">{t("bulk.more", { count: changed.length - SHOWN })}</li>}
      </ul>
    </Confirm>
  );
}

type PreviewProps = { members: ListedMember[]; wanted: Wanted; onConfirm: () => void; onBack: () => void };

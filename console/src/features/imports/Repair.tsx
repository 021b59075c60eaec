import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { uploadImport } from "~/api/upload.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Empty, Failed, Loaded } from "~/ui/states.tsx";
import { writeCsv } from "~/ui/csv.ts";
import { isKind, prepare, prepared } from "./prepared.ts";
import { put, readRows, replace, retype, type Row } from "./rows.ts";

const PAGE = 50;

/** The rows that an import refused, each with its reason at the cell, to be mended and sent again. */
export default function Repair() {
  const { t } = useT();
  const job = useParam("job");
  const [{ upload = "", kind }] = useAddress();
  const known = isKind(kind) ? kind : "orders";
  const { encoding, sheet, name } = prepared(upload);
  const proposal = $api.useQuery("get", "/v1/imports/uploads/{upload}/proposal", {
    params: { path: { upload }, query: { kind: known, encoding: encoding || undefined, sheet: sheet || undefined } },
  });
  const columns = proposal.data?.columns;
  const rows = useQuery({
    queryKey: ["rejects", job, columns],
    enabled: columns !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const { data, error } = await api.GET("/v1/imports/rejects/{job}", { params: { path: { job } }, parseAs: "text", signal });
      if (data === undefined) throw error;
      return readRows(data, columns ?? []);
    },
  });
  return (
    <Page title={t("imports.repair")} under={<p className="dim">{t("imports.repairHint")}</p>}>
      <Loaded query={proposal}>
        {(file) => (
          <Loaded query={rows}>
            {(refused) =>
              refused.length ? (
                <Mend rows={refused} columns={file.columns} name={name ?? "rows.csv"} upload={upload} kind={known} />
              ) : (
                <Empty title="imports.nothingRefused" />
              )
            }
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

type Props = { rows: Row[]; columns: string[]; name: string; upload: string; kind: NonNullable<ReturnType<typeof prepared>["kind"]> };

function Mend({ rows: first, columns, name, upload, kind }: Props) {
  const { t } = useT();
  const navigate = useNavigate();
  const [rows, setRows] = useState(first);
  const [reason, setReason] = useState("");
  const [shown, setShown] = useState(PAGE);
  const picked = (row: Row) => !reason || row.reason === reason;
  const found = rows.flatMap((row, at) => (picked(row) ? [at] : []));
  const misfits = rows.filter((row) => !row.cells).length;
  const reasons = [...new Set(rows.map((row) => row.reason))];
  const again = name.replace(/(\.\w+)+$/, "").slice(0, 80);
  const { send, sending, problem } = useSend(
    (_: null, { headers }) => {
      const text = writeCsv([columns, ...rows.flatMap((row) => (row.cells ? [row.cells] : []))]);
      return uploadImport(new Blob([text]), `${again}-${t("imports.repaired")}.csv`, headers["Idempotency-Key"], () => {});
    },
    (sent) => {
      // The rows are UTF-8 text now, whatever the file was.
      prepare(sent.id, { ...prepared(upload), kind, name: sent.name, encoding: undefined, sheet: undefined });
      void navigate({ to: `/imports/files/${sent.id}` as never, search: { kind } as never });
    },
  );
  const set = (at: number, row: Row) => setRows(rows.map((old, n) => (n === at ? row : old)));
  return (
    <div className="stack wide">
      <Card>
        <div className="stack">
          <NativeSelect
            label={t("imports.reason")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data={[{ value: "", label: t("imports.allReasons", { count: rows.length }) }, ...reasons]}
          />
          <Replace columns={columns} onReplace={(at, from, to) => replaced(replace(rows, picked, at, from, to))} />
        </div>
      </Card>
      <section className="sheet" tabIndex={0} aria-label={t("imports.refused")}>
        <table className="data mend">
          <thead>
            <tr>
              <th scope="col">{t("imports.line")}</th>
              {columns.map((column, n) => (
                <th key={n} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          {found.slice(0, shown).map((at) => (
            <Line key={at} row={rows[at]!} columns={columns} onChange={(row) => set(at, row)} />
          ))}
        </table>
      </section>
      {found.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + PAGE)}>
          {t("ui.more")}
        </Button>
      )}
      {misfits > 0 && <p className="dim">{t("imports.misfits", { count: misfits })}</p>}
      {problem && <Failed told={problem} />}
      <Button loading={sending} onClick={() => send(null)}>
        {t("imports.sendAgain", { count: rows.length - misfits })}
      </Button>
    </div>
  );

  function replaced([touched, after]: [number, Row[]]) {
    setRows(after);
    return touched;
  }
}

function Line({ row, columns, onChange }: { row: Row; columns: string[]; onChange: (row: Row) => void }) {
  const { t } = useT();
  const label = (column: string) => t("imports.cell", { column, line: row.line });
  return (
    <tbody>
      <tr>
        <td className="tnum" rowSpan={2}>
          {row.line}
        </td>
        {row.cells ? (
          row.cells.map((cell, n) => (
            <td key={n}>
              <input
                aria-label={label(columns[n]!)}
                aria-invalid={columns[n] === row.column || undefined}
                value={cell}
                size={Math.max(6, Math.min(28, cell.length + 2))}
                onChange={(event) => onChange(put(row, n, event.currentTarget.value))}
              />
            </td>
          ))
        ) : (
          <td colSpan={columns.length}>
            <input
              className="mono"
              aria-label={label(t("imports.original"))}
              aria-invalid
              value={row.text}
              size={60}
              onChange={(event) => onChange(retype(row, event.currentTarget.value, columns))}
            />
          </td>
        )}
      </tr>
      <tr>
        <td colSpan={columns.length} className="small why" lang="en">
          {row.reason}
        </td>
      </tr>
    </tbody>
  );
}

function Replace({ columns, onReplace }: { columns: string[]; onReplace: (at: number, from: string, to: string) => number }) {
  const { t } = useT();
  const [told, setTold] = useState<number>();
  return (
    <form
      className="row fields"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = new FormData(event.currentTarget);
        setTold(onReplace(Number(typed.get("column")), String(typed.get("from") ?? ""), String(typed.get("to") ?? "")));
      }}
    >
      <NativeSelect
        name="column"
        label={t("imports.inColumn")}
        data={columns.map((column, n) => ({ value: String(n), label: column || String(n + 1) }))}
      />
      <TextInput name="from" label={t("imports.replace")} autoComplete="off" />
      <TextInput name="to" label={t("imports.by")} autoComplete="off" />
      <Button type="submit" variant="default">
        {t("imports.replaceAll")}
      </Button>
      {told !== undefined && <span role="status">{t("imports.touched", { count: told })}</span>}
    </form>
  );
}

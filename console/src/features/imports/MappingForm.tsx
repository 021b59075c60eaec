import { Alert, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { IMPORT_FIELDS, type ImportField, type ImportKind } from "~/api/imports.gen.ts";
import type { ProposalView } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Card, Chip } from "~/ui/Page.tsx";
import { change, columnOf, map, named, readMapping, writeMapping, type Mapping } from "./mapping.ts";

const EXPRESSION = " expression";
type Props = { kind: ImportKind; proposal: ProposalView; text: string; onChange: (text: string) => void };

/** Which column becomes which field, with what stands in it; the file of it for whoever prefers that. */
export function MappingForm({ kind, proposal, text, onChange }: Props) {
  const { t } = useT();
  const mapping = readMapping(text);
  const put = (next: Mapping) => onChange(writeMapping(next));
  const used = mapping && Object.values(mapping.fields).map((expression) => columnOf(expression, proposal.columns));
  const unused = proposal.columns.filter((column) => used && !used.includes(column));
  return (
    <Card title={t("imports.mapping")}>
      <div className="stack wide">
        {mapping ? (
          <>
            <Fields kind={kind} proposal={proposal} mapping={mapping} put={put} />
            {unused.length > 0 && (
              <p className="small">
                <span className="dim">{t("imports.unused")}</span> <span className="any">{unused.join(", ")}</span>
              </p>
            )}
            <Settings mapping={mapping} put={put} />
          </>
        ) : (
          <Alert color="red" variant="light" role="alert" title={t("imports.unreadable")} />
        )}
        <Sample proposal={proposal} />
        <details>
          <summary>{t("imports.asFile")}</summary>
          <Textarea
            aria-label={t("imports.asFile")}
            autosize
            minRows={8}
            maxRows={24}
            spellCheck={false}
            classNames={{ input: "mono" }}
            value={text}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        </details>
      </div>
    </Card>
  );
}

type Part = { kind: ImportKind; proposal: ProposalView; mapping: Mapping; put: (mapping: Mapping) => void };

function Fields({ kind, proposal, mapping, put }: Part) {
  const { t, label } = useT();
  const known: readonly ImportField[] = IMPORT_FIELDS[kind];
  const more = Object.keys(mapping.fields).filter((name) => !known.some((field) => field.name === name));
  const name = (field: string) => label("imports.field.", field);
  return (
    <ul className="plain mapping">
      {[...known, ...more.map((field): ImportField => ({ name: field }))].map((field) => {
        const expression = mapping.fields[field.name] ?? "";
        const column = expression ? columnOf(expression, proposal.columns) : "";
        const at = column ? proposal.columns.indexOf(column) : -1;
        const examples = at < 0 ? [] : proposal.sample.map((row) => row[at] ?? "").filter(Boolean);
        return (
          <li key={field.name}>
            <span>
              {name(field.name)} <code className="dim">{field.name}</code>{" "}
              {field.needed && !expression && <Chip tone="bad">{t("imports.needed")}</Chip>}
            </span>
            <NativeSelect
              aria-label={t("imports.columnFor", { field: name(field.name) })}
              value={column ?? EXPRESSION}
              onChange={(event) => {
                const value = event.currentTarget.value;
                put(map(mapping, field.name, value === EXPRESSION ? "''" : value && named(value)));
              }}
              data={[
                { value: "", label: t("imports.noColumn") },
                ...proposal.columns.map((value) => ({ value, label: value })),
                { value: EXPRESSION, label: t("imports.expression") },
              ]}
            />
            {column === undefined ? (
              <TextInput
                aria-label={t("imports.expressionFor", { field: name(field.name) })}
                value={expression}
                classNames={{ input: "mono" }}
                onChange={(event) => put(map(mapping, field.name, event.currentTarget.value))}
              />
            ) : (
              <span className="dim small any">{examples.slice(0, 3).join(" · ")}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Settings({ mapping, put }: Pick<Part, "mapping" | "put">) {
  const { t } = useT();
  const field = (key: "time_zone" | "currency" | "source") => (
    <TextInput
      label={t(`imports.setting.${key}`)}
      description={t(`imports.settingHint.${key}`)}
      value={String(mapping[key] ?? "")}
      onChange={(event) => put(change(mapping, key, event.currentTarget.value))}
    />
  );
  return (
    <div className="grid close">
      {field("time_zone")}
      {field("currency")}
      {field("source")}
      <TextInput
        label={t("imports.setting.date_formats")}
        description={t("imports.settingHint.date_formats")}
        placeholder="%d/%m/%Y"
        value={(mapping.date_formats ?? []).join(", ")}
        onChange={(event) =>
          put(
            change(
              mapping,
              "date_formats",
              event.currentTarget.value.split(/,\s*/).filter((format, n, all) => format || n < all.length - 1),
            ),
          )
        }
      />
    </div>
  );
}

function Sample({ proposal: { columns, sample } }: { proposal: ProposalView }) {
  const { t } = useT();
  return (
    <details open>
      <summary>{t("imports.sample")}</summary>
      <section className="sheet" tabIndex={0} aria-label={t("imports.sample")}>
        <table className="data">
          <thead>
            <tr>
              {columns.map((column, n) => (
                <th key={n} scope="col">
                  {column || <span className="dim">{n + 1}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sample.map((row, n) => (
              <tr key={n}>
                {columns.map((_, at) => (
                  <td key={at}>
                    <span className="clip">{row[at]}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

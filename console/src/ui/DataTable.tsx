import type { ReactNode } from "react";
import { useT, type Key } from "~/i18n/index.ts";

export type Column<T> = {
  id: string;
  header: Key;
  /** What it is called, where that is no text of ours. */
  title?: string;
  cell: (row: T) => ReactNode;
  number?: boolean;
  /** Whether the server sorts by it. */
  sorts?: boolean;
};

/** Rows that are chosen to do something with, on this page and on others. */
export type Choice<T> = { ids: ReadonlySet<string>; name: (row: T) => string; set: (rows: T[], on: boolean) => void };

type Props<T> = {
  label: string;
  columns: Column<T>[];
  rows: T[];
  id: (row: T) => string;
  sort?: string;
  onSort?: (sort: string) => void;
  /** Rows of an older answer, while a newer one is on its way. */
  old?: boolean;
  here?: number;
  choice?: Choice<T>;
};

const direction = (sort: string | undefined, id: string) => (sort === id ? "ascending" : sort === `-${id}` ? "descending" : undefined);

/** What columns are called. */
export const useTitle = () => {
  const { t } = useT();
  return ({ title, header }: Pick<Column<never>, "title" | "header">) => title ?? t(header);
};

/** A table on a desk, cards on a phone. Sorting is the server's. */
export function DataTable<T>({ label, columns, rows, id, sort, onSort, old, here, choice }: Props<T>) {
  const { t } = useT();
  const titleOf = useTitle();
  return (
    <section className={`sheet${old ? " old" : ""}`} aria-label={label} tabIndex={0}>
      <table className="data cards">
        <thead>
          <tr>
            {choice && (
              <th scope="col" className="choose">
                <input
                  type="checkbox"
                  aria-label={t("ui.chooseAll")}
                  checked={rows.every((row) => choice.ids.has(id(row)))}
                  onChange={(event) => choice.set(rows, event.currentTarget.checked)}
                />
              </th>
            )}
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={column.number ? "num" : undefined}
                aria-sort={column.sorts ? (direction(sort, column.id) ?? "none") : undefined}
              >
                {column.sorts && onSort ? (
                  <button type="button" onClick={() => onSort(sort === column.id ? `-${column.id}` : column.id)}>
                    {titleOf(column)} {sort === column.id ? "↑" : sort === `-${column.id}` ? "↓" : ""}
                  </button>
                ) : (
                  titleOf(column)
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, n) => (
            <tr key={id(row)} className={n === here ? "here" : undefined}>
              {choice && (
                <td className="choose">
                  <input
                    type="checkbox"
                    aria-label={t("ui.choose", { name: choice.name(row) })}
                    checked={choice.ids.has(id(row))}
                    onChange={(event) => choice.set([row], event.currentTarget.checked)}
                  />
                </td>
              )}
              {columns.map((column) => (
                <td key={column.id} data-label={titleOf(column)} className={column.number ? "num" : undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

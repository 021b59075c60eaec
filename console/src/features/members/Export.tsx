import { useEffect, useRef, useState } from "react";
import { trouble, type Trouble } from "~/api/problem.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Quantity } from "~/ui/format.tsx";
import { useAddress } from "~/ui/route.ts";
import { Failed } from "~/ui/states.tsx";
import { useTitled } from "./columns.tsx";
import { readFilter } from "./filter.ts";
import { ROWS_MAX, save, take } from "./take.ts";

/** Takes the members of the filter along as a file, page after page, with the columns that are shown. */
export function Export({ shown }: { shown: string[] }) {
  const { t } = useT();
  const [search] = useAddress();
  const columns = useTitled(shown);
  const [rows, setRows] = useState<number>();
  const [problem, setProblem] = useState<Trouble>();
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const begin = async () => {
    const { columns: _, after: __, ...filter } = readFilter(search);
    stop.current = new AbortController();
    setProblem(undefined);
    setRows(0);
    try {
      save(await take(filter, columns, setRows, stop.current.signal), `${t("members.title")}.csv`);
    } catch (error) {
      if (!stop.current.signal.aborted) setProblem(trouble(error));
    }
    setRows(undefined);
  };
  return (
    <>
      {rows === undefined ? (
        <Button variant="default" title={t("members.exportHint", { most: ROWS_MAX })} onClick={() => void begin()}>
          {t("members.export")}
        </Button>
      ) : (
        <Button variant="default" onClick={() => stop.current.abort()}>
          {t("members.exporting")} <Quantity value={rows} /> · {t("members.stop")}
        </Button>
      )}
      {problem && <Failed told={problem} />}
    </>
  );
}

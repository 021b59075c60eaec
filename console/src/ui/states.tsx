import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useT, type Key } from "~/i18n/index.ts";
import { Button } from "./Button.tsx";
import { CopyButton } from "./CopyButton.tsx";

/** A problem as the server tells it (RFC 9457), or that nothing came back. */
export type Told = {
  code: string;
  title?: string;
  detail?: string | null;
  /** The language of the detail, where it is not that of the answer. */
  detail_language?: string | null;
  field?: string | null;
  request?: string | null;
  /** The member that goes on in the place of the one that was asked for. */
  instead?: string | null;
};

/** The text of a problem: ours by its code, else the server's title. */
export function useProblemText() {
  const { t, label } = useT();
  return (told: Told) => {
    const own = label("errors.", told.code);
    return own === told.code ? (told.title ?? t("errors.internal")) : own;
  };
}

/** Leads to the member that the one asked for was merged into. */
export function Instead({ member }: { member: string }) {
  const { t } = useT();
  return (
    <>
      <p>{t("merges.gone")}</p>
      <p>
        <Link to={"/members/$member" as never} params={{ member } as never} search={{} as never}>
          {member}
        </Link>
      </p>
    </>
  );
}

export function Failed({ told, retry }: { told: Told; retry?: () => unknown }) {
  const { t } = useT();
  const text = useProblemText();
  return (
    <div className="state" role="alert">
      <h2>{text(told)}</h2>
      {told.code === "forbidden" && <p>{t("ui.askAdministrator")}</p>}
      {told.instead ? (
        <Instead member={told.instead} />
      ) : (
        told.detail && (
          <p className="dim any" lang={told.detail_language ?? undefined}>
            {told.detail}
          </p>
        )
      )}
      {told.request && !told.instead && (
        <p className="row small dim">
          {t("ui.request")} <code>{told.request}</code> <CopyButton text={told.request} />
        </p>
      )}
      {retry && !told.instead && (
        <Button variant="default" onClick={() => retry()}>
          {t("ui.retry")}
        </Button>
      )}
    </div>
  );
}

export function Loading({ lines = 6 }: { lines?: number }) {
  const { t } = useT();
  return (
    <div className="bones" role="status" aria-label={t("ui.loading")}>
      {Array.from({ length: lines }, (_, n) => (
        <span key={n} />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: Key; children?: ReactNode }) {
  const { t } = useT();
  return (
    <div className="state">
      <h2>{t(title)}</h2>
      {children}
    </div>
  );
}

type Query<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };

/** Whether a member was merged into another one; what was read of it before is not true any more. */
export const gone = (error: unknown) => Boolean((error as Partial<Told> | null)?.instead);

/** What a query came to: bones while it loads, what went wrong with a way to try again, or the thing itself. */
export function Loaded<T>({ query, lines, children }: { query: Query<T>; lines?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined && !gone(query.error)) return children(query.data);
  if (query.error) {
    const error = query.error as Partial<Told>;
    return <Failed told={typeof error.code === "string" ? (error as Told) : { code: "unreachable" }} retry={query.refetch} />;
  }
  return <Loading lines={lines} />;
}

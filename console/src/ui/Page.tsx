import { useEffect, type ReactNode } from "react";

/** A page with its title, which the browser's tab bears, too. */
export function Page({ title, actions, under, children }: { title: string; actions?: ReactNode; under?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${document.documentElement.dataset.site ?? "Hansa"}`;
  }, [title]);
  return (
    <div className="stack wide">
      <div className="row apart">
        <div className="stack tight head">
          <h1 className="name" title={title.length > 80 ? title : undefined}>
            {title}
          </h1>
          {under}
        </div>
        {actions && <div className="row noprint">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

export function Card({ title, actions, children }: { title?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="card">
      {(title || actions) && (
        <header>
          <h2>{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}

export type Tone = "ok" | "wait" | "warn" | "bad" | "info" | "none";
export const Chip = ({ tone = "none", children }: { tone?: Tone; children: ReactNode }) => (
  <span className={`chip ${tone}`}>{children}</span>
);

/** Pairs of a name and what it is; what is not known is left out. */
export function Pairs({ of }: { of: (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {of
        .filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false)
        .map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A name that somebody else chose: isolated, so that a right-to-left mark in it turns nothing around it. */
export const Name = ({ children }: { children: string }) => <bdi className="name">{children}</bdi>;

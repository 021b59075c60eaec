import { Alert } from "@mantine/core";
import { Button } from "./Button.tsx";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useT } from "~/i18n/index.ts";
import { hintOf } from "./hint.ts";
import { Input, type Field } from "./Input.tsx";
import { Instead, useProblemText, type Told } from "./states.tsx";

export type { Field };
export type Filled = Record<string, string>;

type Props = {
  fields: Field[];
  initial?: Filled;
  /** Where what was typed is kept until it was sent, over reloads and signing in again. */
  draft?: string;
  submit: string;
  sending?: boolean;
  problem?: Told;
  danger?: boolean;
  onSubmit: (filled: Filled) => void;
  children?: ReactNode;
};

/** The server names fields by path (`facts[0].body.amount`): ours is the last word of it. */
const about = (problem: Told | undefined, field: Field) => {
  const last = problem?.field
    ?.split(/[.[\]]+/)
    .filter(Boolean)
    .at(-1);
  return last !== undefined && [field.at ?? field.name].flat().includes(last);
};

const kept = (draft: string | undefined): Filled => {
  try {
    return draft ? JSON.parse(sessionStorage.getItem(`draft.${draft}`) ?? "{}") : {};
  } catch {
    return {};
  }
};

export function Form({ fields: all, initial = {}, draft, submit, sending, problem, danger, onSubmit, children }: Props) {
  const { t } = useT();
  const text = useProblemText();
  const [typed, setTyped] = useState<Filled>(() => kept(draft));
  const [tried, setTried] = useState(false);
  const [first, setFirst] = useState(initial);
  const form = useRef<HTMLFormElement>(null);
  const filled: Filled = Object.fromEntries(all.map(({ name }) => [name, typed[name] ?? initial[name] ?? ""]));
  const fields = all.filter(({ shown }) => shown?.(filled) ?? true);

  const type = (name: string, value: string) => {
    const next = { ...typed, [name]: value };
    setTyped(next);
    const secret = (key: string) => fields.some((field) => field.name === key && field.kind === "password");
    if (draft)
      sessionStorage.setItem(`draft.${draft}`, JSON.stringify(Object.fromEntries(Object.entries(next).filter(([key]) => !secret(key)))));
  };

  const wrong = (field: Field) => {
    const value = filled[field.name]?.trim() ?? "";
    if (tried && field.required && !value) return t("form.required");
    if (tried && value && field.check && !field.check(value)) return hintOf(field, value) ?? t("form.invalid");
    if (!problem || !about(problem, field)) return undefined;
    return (
      <>
        {text(problem)} {problem.detail && <span lang={problem.detail_language ?? undefined}>{problem.detail}</span>}
      </>
    );
  };
  const bad = (field: Field) => {
    const value = filled[field.name]?.trim() ?? "";
    return field.required ? !value || (field.check && !field.check(value)) : value && field.check && !field.check(value);
  };

  // A dialog takes what is there when it opens: a form that comes later, after what it is about was read, takes the focus from the button that closes.
  useEffect(() => {
    const dialog = form.current?.closest('[role="dialog"]');
    if (dialog?.querySelector("form") === form.current) form.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
  }, []);

  useEffect(() => {
    if (problem?.field) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);

  // What was sent is what one began with from then on.
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current && !sending && !problem) setFirst(initial);
    sent.current = Boolean(sending);
  }, [sending, problem, initial]);

  const placed = problem && fields.some((field) => about(problem, field));
  // Somebody else changed the same thing: what differs now from what was shown when the form was opened.
  const changed = fields.filter(({ name }) => (initial[name] ?? "") !== (first[name] ?? ""));
  const meanwhile = (of: Field[]) =>
    of.map(({ name, label }) => (
      <p key={name} className="any">
        {t("form.changedMeanwhile", {
          label,
          before: first[name] || "–",
          after: initial[name] || "–",
        })}
      </p>
    ));
  // Read before anything is sent: what one typed would take the place of what one has not seen.
  const overwritten =
    problem || sending ? [] : changed.filter(({ name }) => typed[name] !== undefined && typed[name] !== (initial[name] ?? ""));
  return (
    <form
      ref={form}
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setTried(true);
        if (fields.some(bad)) return setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
        if (!sending) onSubmit(filled);
        return undefined;
      }}
    >
      {problem && !placed && (
        <Alert color="red" variant="light" role="alert" title={text(problem)}>
          {problem.field && (
            <p>
              <code>{problem.field}</code>
            </p>
          )}
          {problem.detail && (
            <p className="any" lang={problem.detail_language ?? undefined}>
              {problem.detail}
            </p>
          )}
          {problem.instead && <Instead member={problem.instead} />}
          {problem.code === "unreachable" && <p>{t("form.notConfirmed")}</p>}
          {meanwhile(changed)}
          {problem.request && (
            <p className="small">
              <code>{problem.request}</code>
            </p>
          )}
        </Alert>
      )}
      {overwritten.length > 0 && (
        <Alert color="blue" variant="light" role="status" title={text({ code: "precondition-failed" })}>
          {meanwhile(overwritten)}
        </Alert>
      )}
      {fields.map((field, n) => (
        <Input
          key={field.name}
          first={n === 0}
          field={field}
          value={filled[field.name] ?? ""}
          filled={filled}
          error={wrong(field)}
          onChange={(value) => type(field.name, value)}
        />
      ))}
      {children}
      <Button type="submit" loading={sending} color={danger ? "red" : undefined}>
        {submit}
      </Button>
    </form>
  );
}

export const forget = (draft: string) => sessionStorage.removeItem(`draft.${draft}`);

import type { ReactNode } from "react";
import { useT } from "~/i18n/index.ts";
import { Button } from "./Button.tsx";
import { Pairs } from "./Page.tsx";
import { Failed, type Told } from "./states.tsx";

type Props = {
  of: (readonly [string, ReactNode])[];
  submit: string;
  sending: boolean;
  problem: Told | undefined;
  onConfirm: () => void;
  onBack: () => void;
  children?: ReactNode;
};

/** What is about to be done, once more before it is: what was filled in, and what it comes to. */
export function Confirm({ of, submit, sending, problem, onConfirm, onBack, children }: Props) {
  const { t } = useT();
  return (
    <div className="stack">
      <h3>{t("form.confirm")}</h3>
      <Pairs of={of} />
      {children}
      {problem && <Failed told={problem} />}
      <div className="row">
        <Button data-autofocus loading={sending} onClick={() => sending || onConfirm()}>
          {submit}
        </Button>
        <Button variant="default" onClick={onBack}>
          {t("form.back")}
        </Button>
      </div>
    </div>
  );
}

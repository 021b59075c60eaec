import { api } from "~/api/client.ts";
import type { CustomChanged, CustomChanges } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Pairs } from "~/ui/Page.tsx";
import { Failed } from "~/ui/states.tsx";

/** What a change of what is noted of many came to; `back` undoes it, change by change. */
export function CustomOutcome({ came, back, close }: { came: CustomChanged; back: CustomChanges[]; close: () => void }) {
  const { t } = useT();
  const { send, sending, problem, data } = useSend(async (all: CustomChanges[]) => {
    let last: Awaited<ReturnType<typeof one>> | undefined;
    const one = (body: CustomChanges) => api.POST("/v1/custom-changes", { body });
    for (const body of all) {
      last = await one(body);
      if (!last.data) break;
    }
    return last!;
  });
  return (
    <div className="stack" role="status">
      <Pairs
        of={[
          [t("bulk.cameOf.changed"), <Quantity key="changed" value={came.changed} />],
          [t("bulk.same"), came.same > 0 && <Quantity value={came.same} />],
          [t("custom.unknown"), came.unknown.length > 0 && came.unknown.join(", ")],
        ]}
      />
      {data && <p>{t("bulk.cameOf.undone")}</p>}
      {problem && <Failed told={problem} />}
      <div className="row">
        <Button onClick={close}>{t("ui.close")}</Button>
        {!data && back.length > 0 && (
          <Button variant="default" loading={sending} onClick={() => sending || send(back)}>
            {t("bulk.undo")}
          </Button>
        )}
      </div>
    </div>
  );
}

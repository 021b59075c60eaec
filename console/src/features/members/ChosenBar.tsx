import type { ListedMember } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { useTitled } from "./columns.tsx";
import { fileOf, save } from "./take.ts";

type Props = { chosen: ListedMember[]; shown: string[]; clear: () => void };

/** What can be done with the members that are chosen. */
export function ChosenBar({ chosen, shown, clear }: Props) {
  const { t } = useT();
  const may = useMay();
  const columns = useTitled(shown);
  return (
    <div className="row chosen" role="region" aria-label={t("bulk.title")}>
      <span role="status">{t("bulk.chosen", { count: chosen.length })}</span>
      {may("change_member") && (
        <ButtonLink to="/members/bulk" size="xs">
          {t("bulk.title")}
        </ButtonLink>
      )}
      {may("change_custom_of_many") && (
        <>
          <ButtonLink to="/members/tags" size="xs">
            {t("custom.tagChosen")}
          </ButtonLink>
          <ButtonLink to="/members/values" size="xs">
            {t("custom.valueChosen")}
          </ButtonLink>
        </>
      )}
      <Button variant="default" size="xs" onClick={() => save(fileOf(chosen, columns), `${t("members.title")}.csv`)}>
        {t("bulk.export")}
      </Button>
      <Button variant="subtle" size="xs" onClick={clear}>
        {t("bulk.clear")}
      </Button>
    </div>
  );
}

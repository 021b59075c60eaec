import { useT } from "~/i18n/index.ts";
import { When } from "~/ui/format.tsx";

/** Since when there is a way to sign in, and when it was last used. */
export function Since({ word, at, used }: { word: string; at: string; used?: string | null }) {
  const { t } = useT();
  return (
    <div className="small dim">
      {word} <When at={at} />
      {used && (
        <>
          {" · "}
          {t("account.seen")} <When at={used} />
        </>
      )}
    </div>
  );
}

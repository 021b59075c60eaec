import { useT } from "~/i18n/index.ts";
import mark from "~/theme/mark.svg";
import { reachOf, useBranding } from "./branding.ts";

/** The platform's name with a tile of its colour; Hansa's where it has none. */
export function Brand() {
  const { name } = useBranding();
  return name ? (
    <>
      <span className="tile" aria-hidden>
        {[...name][0]}
      </span>
      <bdi className="clip">{name}</bdi>
    </>
  ) : (
    <>
      <img src={mark} alt="" />
      Hansa
    </>
  );
}

/** How the platform is reached, where it says so. */
export function Reach() {
  const { t } = useT();
  const { contact } = useBranding();
  if (!contact) return null;
  const href = reachOf(contact);
  return (
    <span className="any">
      {t("portal.reach")} {href ? <a href={href}>{contact}</a> : <bdi>{contact}</bdi>}
    </span>
  );
}

import type { Tagged } from "~/api/member.ts";
import type { Settings } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { contrast, CONTRAST_MIN, isColor } from "~/theme/colour.ts";
import { Form } from "~/ui/Form.tsx";
import { Pairs } from "~/ui/Page.tsx";
import { Saved } from "./Saved.tsx";
import { change, filledPlatform, platformOf } from "./settings.ts";

/** How the platform presents itself to members. */
export function PlatformSettings({ value: { platform = {} }, etag }: Tagged<Settings>) {
  const { t } = useT();
  const may = useMay();
  const { send, sending, problem, data } = useSend(change(etag));
  if (!may("change_settings")) {
    const { name, color, contact } = platform;
    return (
      <Pairs
        of={[
          [t("settings.name"), <bdi key="name">{name ?? "Hansa"}</bdi>],
          [t("settings.color"), color ? <code>{color}</code> : t("settings.ownColor")],
          [t("settings.contact"), contact ? <bdi>{contact}</bdi> : t("settings.nothing")],
        ]}
      />
    );
  }
  return (
    <Form
      fields={[
        { name: "name", label: t("settings.name"), hint: t("settings.nameHint"), max: 60 },
        {
          name: "color",
          label: t("settings.color"),
          hint: t("settings.colorHint"),
          kind: "color",
          max: 7,
          check: (typed) => isColor(typed) && contrast(typed, "#ffffff") >= CONTRAST_MIN,
        },
        { name: "contact", label: t("settings.contact"), hint: t("settings.contactHint"), max: 200 },
      ]}
      initial={filledPlatform(platform)}
      submit={t("ui.save")}
      sending={sending}
      problem={problem}
      onSubmit={(filled) => send({ platform: platformOf(filled) })}
    >
      <Saved shown={data !== undefined} />
    </Form>
  );
}

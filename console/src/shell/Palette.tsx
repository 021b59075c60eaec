import { Modal, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type KeyboardEvent } from "react";
import { $api } from "~/api/client.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ACTIONS, PAGES } from "./pages.ts";

/** Members by name, id or registration number, screens and actions: one field for all. */
export default function Palette({ close }: { close: () => void }) {
  const { t } = useT();
  const may = useMay();
  const go = useNavigate();
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  const [at, setAt] = useState(0);
  useEffect(() => {
    const waits = setTimeout(() => setAsked(typed.trim()), 120);
    return () => clearTimeout(waits);
  }, [typed]);
  const found = $api.useQuery(
    "get",
    "/v1/members",
    { params: { query: { search: asked, limit: 8 } } },
    { enabled: asked !== "", placeholderData: (old) => old },
  );
  const like = (text: string) => text.toLowerCase().includes(typed.trim().toLowerCase());
  const items = [
    ...(asked ? (found.data?.items ?? []) : []).map((member) => ({
      to: `/members/${encodeURIComponent(member.id)}`,
      label: member.name,
      hint: member.id,
    })),
    ...PAGES.filter((page) => may(page.needs) && like(t(page.key))).map((page) => ({
      to: page.to,
      label: t(page.key),
      hint: t("shell.screen"),
    })),
    ...ACTIONS.filter((action) => may(action.needs) && like(t(action.key))).map((action) => ({
      to: action.to,
      label: t(action.key),
      hint: t("shell.action"),
    })),
  ];
  const here = Math.min(at, items.length - 1);
  const take = (to: string | undefined) => {
    if (!to) return;
    close();
    void go({ href: to });
  };
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") take(items[here]?.to);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    setAt((here + step + items.length) % Math.max(1, items.length));
  };
  return (
    <Modal.Root opened onClose={close} size="lg" yOffset="12vh" transitionProps={{ duration: 0 }}>
      <Modal.Overlay backgroundOpacity={0.4} />
      <Modal.Content className="palette" aria-label={t("shell.seek")}>
        <Modal.Body pt="md">
          <TextInput
            data-autofocus
            role="combobox"
            aria-expanded
            aria-controls="palette-list"
            aria-activedescendant={here >= 0 ? `palette-${here}` : undefined}
            aria-label={t("shell.seek")}
            placeholder={t("shell.seekHint")}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={key}
          />
          <ul role="listbox" id="palette-list" aria-label={t("shell.found")}>
            {items.map((item, n) => (
              <li
                key={item.to}
                id={`palette-${n}`}
                role="option"
                aria-selected={n === here}
                onMouseMove={() => setAt(n)}
                onClick={() => take(item.to)}
              >
                <bdi className="grow any">{item.label}</bdi>
                <span className="dim small">{item.hint}</span>
              </li>
            ))}
          </ul>
          {asked && items.length === 0 && !found.isFetching && <p className="dim">{t("shell.nothing")}</p>}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { PAGES } from "./pages.ts";

export default function KeysHelp({ close }: { close: () => void }) {
  const { t } = useT();
  const may = useMay();
  const keys: [string[], string][] = [
    [["Ctrl", "K"], t("shell.seek")],
    [["/"], t("shell.toFilter")],
    [["j"], t("shell.nextRow")],
    [["k"], t("shell.previousRow")],
    [["x"], t("shell.chooseRow")],
    [["n"], t("ui.nextOne")],
    ...PAGES.filter((page) => may(page.needs)).map((page): [string[], string] => [["g", page.hot], t(page.key)]),
    [["?"], t("shell.keys")],
  ];
  return (
    <Dialog title={t("shell.keys")} onClose={close}>
      <ul className="plain stack">
        {keys.map(([pressed, does]) => (
          <li key={does} className="row apart">
            <span>{does}</span>
            <span className="row">
              {pressed.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

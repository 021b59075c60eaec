import { useId, useState, type KeyboardEvent, type RefObject } from "react";
import { useT } from "~/i18n/index.ts";
import { spot, type Spot } from "./spot.ts";

/** What could stand at the caret, from where on it would be put. */
export type Suggestions = { from: number; options: string[] };
/** `asked` where one asked for all that could stand there, and did not merely type. */
export type Suggest = (text: string, caret: number, asked: boolean) => Suggestions | undefined;

/** How high a line is, below which the list is seen. */
export const LINE_PX = 20;
type Open = Suggestions & { at: number; spot: Spot };

/** What can stand at the caret of a field: offered while one types or by Ctrl and Space, taken by Enter or Tab, sent away by Escape. */
export function useSuggested(field: RefObject<HTMLTextAreaElement | null>, suggest: Suggest, where = spot) {
  const list = useId();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const look = (of: HTMLTextAreaElement, asked = false) => {
    const found = suggest(of.value, of.selectionStart, asked);
    setOpen(found && { ...found, at: 0, spot: where(of, found.from) });
  };
  const take = (option: string) => {
    if (!open || !field.current) return;
    field.current.focus();
    field.current.setSelectionRange(open.from, field.current.selectionStart);
    // Typed as by hand, so that the browser's own undo takes it back.
    document.execCommand("insertText", false, option);
    close();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === " " && event.ctrlKey) look(event.currentTarget, true);
    else if (!open) return;
    else if (step) setOpen({ ...open, at: (open.at + step + open.options.length) % open.options.length });
    else if (event.key === "Enter" || event.key === "Tab") take(open.options[open.at]!);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const aria = {
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": open && list,
    "aria-activedescendant": open && `${list}-${open.at}`,
  } as const;
  return {
    close,
    look,
    props: { ...aria, onKeyDown, onBlur: close, onClick: close },
    popup: open && <Popup id={list} open={open} take={take} />,
  };
}

function Popup({ id, open, take }: { id: string; open: Open; take: (option: string) => void }) {
  const { t } = useT();
  const { top, left } = open.spot;
  return (
    <ul id={id} className="suggestions" role="listbox" aria-label={t("ui.suggestions")} style={{ top: top + LINE_PX, left }}>
      {open.options.map((option, n) => (
        <li
          key={option}
          id={`${id}-${n}`}
          role="option"
          aria-selected={n === open.at}
          onPointerDown={(event) => {
            event.preventDefault();
            take(option);
          }}
        >
          <code>{option.trim()}</code>
        </li>
      ))}
    </ul>
  );
}

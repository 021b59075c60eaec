import { useState, type KeyboardEvent, type RefObject } from "react";
import { useT } from "~/i18n/index.ts";
import { spot, type Spot } from "./places.ts";
import { suggest, type ProgramNames, type Suggestions } from "./suggest.ts";

const LIST = "program-suggestions";
type Open = Suggestions & { at: number; spot: Spot };

/** What can stand at the caret of a field: offered while one types or by Ctrl and Space, taken by Enter or Tab, sent away by Escape. */
export function useSuggested(field: RefObject<HTMLTextAreaElement | null>, names: ProgramNames) {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const look = (of: HTMLTextAreaElement, asked = false) => {
    const found = suggest(of.value, of.selectionStart, names, asked);
    setOpen(found && { ...found, at: 0, spot: spot(of, found.from) });
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
    "aria-controls": open && LIST,
    "aria-activedescendant": open && `${LIST}-${open.at}`,
  } as const;
  return { close, look, props: { ...aria, onKeyDown, onBlur: close, onClick: close }, popup: open && <Popup open={open} take={take} /> };
}

function Popup({ open, take }: { open: Open; take: (option: string) => void }) {
  const { t } = useT();
  const { top, left } = open.spot;
  return (
    <ul id={LIST} className="suggestions" role="listbox" aria-label={t("program.suggestions")} style={{ top: top + 20, left }}>
      {open.options.map((option, n) => (
        <li
          key={option}
          id={`${LIST}-${n}`}
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

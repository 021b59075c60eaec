import { useId, useRef, useState } from "react";
import { useT } from "~/i18n/index.ts";
import { Button } from "./Button.tsx";

type Props = {
  label: string;
  hint?: string;
  accept?: string;
  /** Let a phone open its camera. */
  camera?: boolean;
  disabled?: boolean;
  onFile: (file: File) => void;
};

/** Takes a file that is chosen, dropped, or photographed. */
export function FileField({ label, hint, accept, camera, disabled, onFile }: Props) {
  const { t } = useT();
  const id = useId();
  const photo = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    if (files?.[0]) onFile(files[0]);
  };
  return (
    <div
      className="drop"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!disabled) take(event.dataTransfer.files);
      }}
    >
      <span id={`${id}-label`}>{label}</span>
      <input
        id={id}
        type="file"
        className="unseen"
        aria-labelledby={`${id}-label`}
        accept={accept}
        disabled={disabled}
        aria-describedby={hint && `${id}-hint`}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      <div className="row">
        {/* The browser's own words would be in the browser's language. */}
        <label htmlFor={id} className="button" data-variant="default" aria-hidden>
          {t("ui.chooseFile")}
        </label>
        {camera && (
          <>
            <input
              ref={photo}
              type="file"
              accept="image/*"
              capture="environment"
              hidden
              aria-label={t("ui.photo")}
              onChange={(event) => {
                take(event.currentTarget.files);
                event.currentTarget.value = "";
              }}
            />
            <Button variant="default" disabled={disabled} onClick={() => photo.current?.click()}>
              {t("ui.photo")}
            </Button>
          </>
        )}
      </div>
      {hint && (
        <p id={`${id}-hint`} className="small dim">
          {hint}
        </p>
      )}
    </div>
  );
}

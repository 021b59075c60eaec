import { useEffect, useRef, useState } from "react";
import { useT } from "~/i18n/index.ts";
import { Button } from "./Button.tsx";
import { Loading } from "./states.tsx";

const SHOWN = ["image/jpeg", "image/png", "image/webp"];

type Props = { name: string; type: string; content: Blob; address: string };

/** A document as one looks at it: a picture, or the pages of a PDF; what a browser does not show can be saved. */
export function FileView({ name, type, content, address }: Props) {
  const { t } = useT();
  const [wide, setWide] = useState(false);
  const [turned, setTurned] = useState(0);
  const picture = SHOWN.includes(type);
  return (
    <div className="stack">
      <div className="row apart">
        <span className="any">{name}</span>
        <span className="row">
          {(picture || type === "application/pdf") && (
            <Button variant="default" size="xs" aria-pressed={wide} onClick={() => setWide(!wide)}>
              {t("ui.enlarge")}
            </Button>
          )}
          {picture && (
            <Button variant="default" size="xs" onClick={() => setTurned((turned + 90) % 360)}>
              {t("ui.turn")}
            </Button>
          )}
          <Button component="a" variant="default" size="xs" href={address} download={name}>
            {t("ui.download")}
          </Button>
        </span>
      </div>
      {picture ? (
        <Picture content={content} name={name} wide={wide} turned={turned} />
      ) : type === "application/pdf" ? (
        <Pdf content={content} name={name} wide={wide} />
      ) : (
        <p className="dim">{t("ui.notShown")}</p>
      )}
    </div>
  );
}

function Picture({ content, name, wide, turned }: { content: Blob; name: string; wide: boolean; turned: number }) {
  const { t } = useT();
  const [address, setAddress] = useState<string>();
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(content);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [content]);
  if (broken) return <p className="dim">{t("ui.unreadable")}</p>;
  return (
    <div className="paper" data-wide={wide || undefined} tabIndex={0} role="region" aria-label={name}>
      {address && <img src={address} alt={name} data-turned={turned} onError={() => setBroken(true)} />}
    </div>
  );
}

function Pdf({ content, name, wide }: { content: Blob; name: string; wide: boolean }) {
  const { t } = useT();
  const pages = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<"loading" | "shown" | "broken">("loading");
  useEffect(() => {
    const stop = new AbortController();
    setState("loading");
    import("./pdf.ts")
      .then(({ draw }) => draw(content, pages.current!, stop.signal))
      .then(() => setState("shown"))
      .catch(() => stop.signal.aborted || setState("broken"));
    return () => stop.abort();
  }, [content]);
  return (
    <>
      {state === "loading" && <Loading lines={4} />}
      {state === "broken" && <p className="dim">{t("ui.unreadable")}</p>}
      <div
        ref={pages}
        className="paper"
        data-wide={wide || undefined}
        hidden={state === "broken"}
        tabIndex={0}
        role="region"
        aria-label={name}
      />
    </>
  );
}

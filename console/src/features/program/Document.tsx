import { entries, textOf, type Document as Program, type Entry } from "~/api/program.ts";
import { useT } from "~/i18n/index.ts";
import { Card, Pairs } from "~/ui/Page.tsx";
import { useWords } from "./words.ts";

const SECTIONS = ["unit", "metric", "earn", "benefit", "mission", "segment", "stage", "alert", "service_level", "play"] as const;

/** What is said, value by value, in the words that a reader has for them. */
const written = (value: unknown, word: (value: string) => string): string => {
  if (Array.isArray(value)) return value.map((one) => written(one, word)).join(", ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([key, inner]) => `${key} ${written(inner, word)}`)
      .join(", ");
  return word(String(value));
};
const CODE = new Set(["where", "value", "formula", "amount", "enter", "keep", "when"]);

/** A program section by section in the reader's language; conditions stand as they are written. */
export function Document({ document }: { document: Program }) {
  const { t, label, language } = useT();
  const word = useWords();
  const told = (key: string, value: unknown) => {
    if (CODE.has(key)) return <code>{written(value, String)}</code>;
    return key === "role" ? label("chain.", String(value)) : written(value, word);
  };
  const name = (entry: Entry) => textOf(entry.name, language) ?? entry.id;
  const pairs = (entry: Entry, without: string[] = []) => (
    <Pairs
      of={Object.entries(entry)
        .filter(([key]) => !["id", "name", ...without].includes(key))
        .map(([key, value]) => [label("program.key.", key), told(key, value)])}
    />
  );
  return (
    <div className="stack wide">
      <Card>
        <Pairs
          of={[
            [t("program.timeZone"), String(document.time_zone ?? "")],
            [t("members.currency"), String(document.currency ?? "")],
            [t("members.id"), <code key="id">{document.id}</code>],
          ]}
        />
      </Card>
      <h2>{t("program.section.track")}</h2>
      <div className="grid broad">
        {entries(document, "track").map((track) => (
          <Card key={track.id} title={name(track)}>
            <div className="stack">
              {pairs(track, ["tier"])}
              <ol className="plain stack">
                {((track.tier ?? []) as Entry[]).map((tier, rank) => (
                  <li key={tier.id} className="stack tight">
                    <span className="tier" data-rank={rank}>
                      {name(tier)}
                    </span>
                    {pairs(tier)}
                  </li>
                ))}
              </ol>
            </div>
          </Card>
        ))}
      </div>
      {SECTIONS.filter((section) => entries(document, section).length > 0).map((section) => (
        <div key={section} className="stack">
          <h2>{t(`program.section.${section}`)}</h2>
          <div className="grid broad">
            {entries(document, section).map((entry) => (
              <Card key={entry.id} title={name(entry)} actions={<code className="dim">{entry.id}</code>}>
                <div className="stack">
                  {pairs(entry, ["step"])}
                  {Array.isArray(entry.step) && (
                    <ol className="stack tight" style={{ margin: 0, paddingLeft: 20 }}>
                      {(entry.step as Entry[]).map((step) => (
                        <li key={step.id}>
                          {name(step)}
                          {pairs(step)}
                        </li>
                      ))}
                    </ol>
                  )}
                </div>
              </Card>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}

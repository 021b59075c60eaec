import { TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import type { Member } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Card, Name } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";

const PAUSE_MS = 200;
const FOUND = 10;

/** The members to be merged, one after the other: who goes on first. */
export function Choose({ known }: { known: string | undefined }) {
  const { t } = useT();
  const [, change] = useAddress();
  const about = useQuery({ ...memberQuery(known ?? ""), enabled: Boolean(known) }).data?.value;
  return (
    <div className="stack wide">
      {known && (
        <Card title={t("merges.survivor")}>
          <div className="row">
            <Name>{about?.name ?? known}</Name> <code>{known}</code>
            <Button variant="default" size="xs" onClick={() => change({ into: undefined, from: undefined, take: undefined })}>
              {t("merges.another")}
            </Button>
          </div>
        </Card>
      )}
      <Card title={t(known ? "merges.source" : "merges.survivor")}>
        <Search
          without={known}
          onChoose={(member) => change(known ? { into: known, from: member, take: undefined } : { into: member, from: undefined })}
        />
      </Card>
      {known && <Likely member={known} onChoose={(member) => change({ into: known, from: member, take: undefined })} />}
    </div>
  );
}

type Choosing = { onChoose: (member: string) => void };

function Search({ without, onChoose }: { without: string | undefined } & Choosing) {
  const { t } = useT();
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const waits = setTimeout(() => setAsked(typed.trim()), PAUSE_MS);
    return () => clearTimeout(waits);
  }, [typed]);
  const found = $api.useQuery(
    "get",
    "/v1/members",
    { params: { query: { search: asked, limit: FOUND } } },
    { enabled: asked !== "", placeholderData: keepPreviousData },
  );
  const items = (found.data?.items ?? []).filter(({ id }) => id !== without);
  return (
    <div className="stack">
      <TextInput
        type="search"
        label={t("merges.search")}
        placeholder={t("members.search")}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {asked && (
        <Loaded query={found} lines={2}>
          {() => <Found items={items} onChoose={onChoose} />}
        </Loaded>
      )}
    </div>
  );
}

function Found({ items, onChoose }: { items: Pick<Member, "id" | "name">[] } & Choosing) {
  const { t } = useT();
  if (items.length === 0) return <p role="status">{t("members.noneFound")}</p>;
  return (
    <ul className="plain stack tight" aria-label={t("shell.found")}>
      {items.map(({ id, name }) => (
        <li key={id} className="row apart">
          <span className="row">
            <Name>{name}</Name> <code>{id}</code>
          </span>
          <Button variant="default" size="xs" aria-label={t("ui.choose", { name: `${name} (${id})` })} onClick={() => onChoose(id)}>
            {t("merges.choose")}
          </Button>
        </li>
      ))}
    </ul>
  );
}

function Likely({ member, onChoose }: { member: string } & Choosing) {
  const { t } = useT();
  const query = $api.useQuery("get", "/v1/members/{member}/duplicates", { params: { path: { member } } });
  return (
    <Card title={t("duplicates.title")}>
      <Loaded query={query} lines={2}>
        {({ items }) =>
          items.length ? (
            <Found items={items.map(({ member: id, name }) => ({ id, name }))} onChoose={onChoose} />
          ) : (
            <p className="dim">{t("duplicates.none")}</p>
          )
        }
      </Loaded>
    </Card>
  );
}

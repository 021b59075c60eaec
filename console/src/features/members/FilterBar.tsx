import { Checkbox, CloseButton, NativeSelect, Popover } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { entries, programQuery, type Entry } from "~/api/program.ts";
import { useMay } from "~/api/session.ts";
import { Button } from "~/ui/Button.tsx";
import { IconColumns3, IconFilter } from "@tabler/icons-react";
import { useT } from "~/i18n/index.ts";
import { useTitle } from "~/ui/DataTable.tsx";
import { useAddress, type Search } from "~/ui/route.ts";
import { useNames } from "~/views/names.tsx";
import { USUAL, useMemberColumns } from "./columns.tsx";
import { CustomFilter, useCustomShown } from "./CustomFilter.tsx";
import { Export } from "./Export.tsx";
import { TYPED, type FilterName } from "./filter.ts";
import { Typed } from "./Typed.tsx";
import { Views } from "./Views.tsx";

/** Filters that apply at once; each that is set can be taken away again. */
export function FilterBar({ shown }: { shown: string[] }) {
  const { t, label } = useT();
  const [search, change] = useAddress();
  const set = (name: FilterName, value: string) => change({ [name]: value.trim() || undefined, after: undefined });
  const tiers = useTiers();
  const custom = useCustomShown();
  const chips = [
    ...(search.tier ? [{ name: t("members.tier"), value: tiers.name(search), drop: () => tiers.choose("") }] : []),
    ...TYPED.slice(1).map((name) => ({ name: label("members.", name), value: search[name], drop: () => set(name, "") })),
    ...(custom ? [{ ...custom, drop: () => set("custom", "") }] : []),
  ].filter(({ value }) => value);
  return (
    <search className="row">
      <div className="grow" style={{ minWidth: 200, maxWidth: 420 }}>
        <Typed label={t("members.search")} value={search.search ?? ""} onChange={(value) => set("search", value)} type="search" />
      </div>
      <Popover position="bottom-start" trapFocus transitionProps={{ duration: 0 }}>
        <Popover.Target>
          <Button variant="default" leftSection={<IconFilter size={16} aria-hidden />}>
            {t("ui.filter")}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t("ui.filter")}>
          <div className="stack">
            {tiers.may && (
              <NativeSelect
                label={t("members.tier")}
                value={tiers.value(search)}
                onChange={(event) => tiers.choose(event.currentTarget.value)}
                data={[{ value: "", label: t("members.anyTier") }, ...tiers.options]}
              />
            )}
            {TYPED.slice(1).map((name) => (
              <Typed key={name} label={label("members.", name)} shown value={search[name] ?? ""} onChange={(value) => set(name, value)} />
            ))}
            <CustomFilter />
          </div>
        </Popover.Dropdown>
      </Popover>
      <Shown shown={shown} />
      <Views />
      <Export shown={shown} />
      {chips.map(({ name, value, drop }) => (
        <span key={name} className="chip info">
          {name}: <bdi className="any">{value}</bdi>
          <CloseButton size="xs" aria-label={t("ui.removeFilter", { name })} onClick={drop} />
        </span>
      ))}
    </search>
  );
}

/** Which columns are shown. */
function Shown({ shown }: { shown: string[] }) {
  const { t } = useT();
  const [, change] = useAddress();
  const all = useMemberColumns();
  const titleOf = useTitle();
  const toggle = (id: string) => {
    const next = all.map((column) => column.id).filter((other) => (other === id ? !shown.includes(id) : shown.includes(other)));
    const usual = next.length === USUAL.length && USUAL.every((other) => next.includes(other));
    change({ columns: usual || next.length === 0 ? undefined : next.join(",") });
  };
  return (
    <Popover position="bottom-start" trapFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} aria-hidden />}>
          {t("ui.columns")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("ui.columns")}>
        <div className="stack">
          {all.map((column) => (
            <Checkbox
              key={column.id}
              label={titleOf(column)}
              checked={shown.includes(column.id)}
              disabled={column.id === "name"}
              onChange={() => toggle(column.id)}
            />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The tiers of every track to choose from; one of the first track goes without its track's name. */
function useTiers() {
  const may = useMay();
  const names = useNames();
  const [, change] = useAddress();
  const document = useQuery({ ...programQuery, enabled: false }).data?.document;
  const tracks = document ? entries(document, "track") : [];
  const first = tracks[0]?.id ?? "";
  const options = tracks.flatMap(({ id: track, tier }) =>
    ((tier ?? []) as Entry[]).map(({ id }) => ({
      value: `${track}.${id}`,
      label: tracks.length > 1 ? `${names("track", track)} · ${names(`tier.${track}`, id)}` : names(`tier.${track}`, id),
    })),
  );
  const value = ({ tier, track }: Search) => (tier ? `${track ?? first}.${tier}` : "");
  return {
    may: may("read_standing") && options.length > 0,
    options,
    value,
    name: (search: Search) => options.find((option) => option.value === value(search))?.label ?? search.tier ?? "",
    choose: (chosen: string) => {
      const [track, tier] = chosen.split(".");
      change({ tier: tier || undefined, track: tier && track !== first ? track : undefined, after: undefined });
    },
  };
}

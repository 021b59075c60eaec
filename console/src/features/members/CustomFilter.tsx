import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { $api } from "~/api/client.ts";
import { VALUE_MAX } from "~/api/custom.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { hintOf } from "~/ui/hint.ts";
import { useAddress } from "~/ui/route.ts";
import { useValueInput } from "~/views/custom.tsx";
import { Typed } from "./Typed.tsx";

const useFields = (enabled: boolean) => $api.useQuery("get", "/v1/custom-fields", {}, { enabled }).data?.items ?? [];

/** Finds members by what is noted of them: first the field, then a value of its kind. */
export function CustomFilter() {
  const { t } = useT();
  const may = useMay();
  const [search, change] = useAddress();
  const fields = useFields(may("list_custom_fields"));
  const inputOf = useValueInput();
  const [, of = "", value = ""] = /^(\w+):(.*)$/s.exec(search.custom ?? "") ?? [];
  const [chosen, choose] = useState(of);
  const field = fields.find(({ id }) => id === chosen);
  if (!may("read_custom") || fields.length === 0) return null;
  const input = field && inputOf(field);
  const set = (next: string) => change({ custom: next.trim() ? `${chosen}:${next.trim()}` : undefined, after: undefined });
  return (
    <>
      <NativeSelect
        label={t("custom.field")}
        value={chosen}
        onChange={(event) => {
          choose(event.currentTarget.value);
          change({ custom: undefined, after: undefined });
        }}
        data={[{ value: "", label: "–" }, ...fields.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      {input?.options ? (
        <NativeSelect
          label={input.label}
          value={value}
          onChange={(event) => set(event.currentTarget.value)}
          data={[{ value: "", label: "–" }, ...input.options]}
        />
      ) : (
        input && (
          <Typed
            key={chosen}
            shown
            label={input.label}
            hint={hintOf(input, value)}
            check={input.check}
            max={VALUE_MAX}
            value={value}
            onChange={set}
          />
        )
      )}
    </>
  );
}

/** What the filter by a custom field is called, for the chip that takes it away. */
export function useCustomShown(): { name: string; value: string } | undefined {
  const [search] = useAddress();
  const fields = useFields(search.custom !== undefined);
  const inputOf = useValueInput();
  const [, of, value] = /^(\w+):(.*)$/s.exec(search.custom ?? "") ?? [];
  if (!of || !value) return undefined;
  const field = fields.find(({ id }) => id === of);
  return { name: field?.name ?? of, value: (field && inputOf(field).options?.find((option) => option.value === value)?.label) ?? value };
}

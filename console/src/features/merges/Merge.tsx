import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { Page } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { Failed, Loaded, Loading, type Told } from "~/ui/states.tsx";
import { Choose } from "./Choose.tsx";
import { readTake } from "./merge.ts";
import { Preview } from "./Preview.tsx";

/** Two members that are one company: who they are, what would become of them, and then it is done. All of it stands in the address. */
export default function Merge() {
  const { t } = useT();
  const [{ into, from }] = useAddress();
  return (
    <Page title={t("merges.title")} under={<p className="dim">{t("merges.hint")}</p>}>
      {into && from && into !== from ? <Both into={into} from={from} /> : <Choose key={into} known={into} />}
    </Page>
  );
}

function Both({ into, from }: { into: string; from: string }) {
  const [{ take }] = useAddress();
  const taken = readTake(take);
  const query = $api.useQuery(
    "get",
    "/v1/members/{member}/merge-preview",
    { params: { path: { member: into }, query: { from, take: taken.join(",") || undefined } } },
    // The old preview stays while the chosen values are looked at anew, not while it is about others.
    { placeholderData: (old) => (old?.survivor.id === into && old.source.id === from ? old : undefined) },
  );
  if (query.error && !query.data) {
    return (
      <>
        <Failed told={query.error as Told} retry={query.refetch} />
        <Choose known={into} />
      </>
    );
  }
  return query.isPending ? (
    <Loading />
  ) : (
    <Loaded query={query}>{(preview) => <Preview preview={preview} taken={taken} old={query.isPlaceholderData} />}</Loaded>
  );
}

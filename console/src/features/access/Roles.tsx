import { REACH, ROLES, type Operation } from "~/api/roles.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Page } from "~/ui/Page.tsx";

/** Which role may do what, as the policies say. */
export default function Roles() {
  const { t, label } = useT();
  return (
    <Page title={t("roles.title")} under={<p className="dim">{t("roles.hint")}</p>}>
      <section className="sheet" aria-label={t("roles.title")} tabIndex={0}>
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{t("roles.operation")}</th>
              {ROLES.map((role) => (
                <th key={role} scope="col">
                  {label("roles.", role)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(Object.keys(REACH) as Operation[]).map((operation) => (
              <tr key={operation}>
                <td>
                  <code className="nobreak">{operation}</code>
                </td>
                {ROLES.map((role) => {
                  const reach = (REACH[operation] as Partial<Record<string, string>>)[role];
                  return <td key={role}>{reach ? label("roles.reach.", reach) : <span className="dim">–</span>}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Page>
  );
}

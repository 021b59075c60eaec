import { trouble, type Trouble } from "~/api/problem.ts";

/** Whether this browser has passkeys, and reads and writes them as the server does (WebAuthn level 3, 5.1.8 and 5.1.9). */
export const known = () => "PublicKeyCredential" in globalThis && "parseRequestOptionsFromJSON" in PublicKeyCredential;

/** Whether passkeys can be offered where an address is typed. */
export const offered = async () => known() && Boolean(await PublicKeyCredential.isConditionalMediationAvailable?.());

/** What goes to the server: an answer of an authenticator. The document of the interface says no more of it than that it is an object. */
type Shown = Record<string, never>;
const shown = (credential: Credential | null) => (credential as PublicKeyCredential).toJSON() as unknown as Shown;

/** Asks for a passkey to sign in with. */
export async function ask(options: object, mediation: "conditional" | "optional", signal?: AbortSignal): Promise<Shown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
  return shown(await navigator.credentials.get({ publicKey, mediation, signal }));
}

/** Makes a passkey. */
export async function make(options: object): Promise<Shown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON);
  return shown(await navigator.credentials.create({ publicKey }));
}

/** Why there was no answer, as a problem: a browser does not tell whether somebody said no or had none (WebAuthn level 3, 5.1.3, step 21 and 14.5.1). */
export function unanswered(error: unknown): Trouble | { code: "passkey-none" | "passkey-known" } {
  if (!(error instanceof DOMException)) return trouble(error);
  return { code: error.name === "InvalidStateError" ? "passkey-known" : "passkey-none" };
}

/** An answer that never came, in the shape of one from the server. */
export const noAnswer = (error: unknown) => ({ error: unanswered(error), response: new Response(null, { status: 422 }) });

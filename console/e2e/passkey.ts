import type { CDPSession, Page } from "@playwright/test";

/** Chromium's own authenticator in software, whose owner is there and says yes. */
export type Authenticator = { cdp: CDPSession; id: string };

/** Puts an authenticator that keeps passkeys into the device on which a page is. */
export async function authenticator(page: Page): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, id: authenticatorId };
}

/** A browser that offers no passkeys where an address is typed: then the button is the only way. */
export const offersNone = (page: Page) =>
  page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
  });

/** Whether the owner unlocks the device when it is asked to. */
export const unlocks = ({ cdp, id }: Authenticator, yes: boolean) =>
  cdp.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified: yes });

/** How many passkeys it has. */
export const kept = async ({ cdp, id }: Authenticator) => (await cdp.send("WebAuthn.getCredentials", { authenticatorId: id })).credentials;

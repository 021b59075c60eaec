import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";

export const useSignOut = () =>
  useSend(
    async (_: null) => ({ ...(await api.DELETE("/v1/session")), data: true }),
    () => {
      // What one typed and did not send is nobody else's to read.
      sessionStorage.clear();
      location.assign("/sign-in");
      // The page is being left: what it would ask for now would be refused, and lead back here.
      return new Promise(() => undefined);
    },
  );

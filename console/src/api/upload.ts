import { signIn } from "./client.ts";
import type { File as Kept, Upload } from "./schema.gen.ts";

type Sent<D> = { data?: D; error?: unknown; response: Response };

/** Sends a file as the body, and tells how much of it has gone. */
function put<D>(address: string, file: Blob, key: string, gone: (share: number) => void): Promise<Sent<D>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.setRequestHeader("Idempotency-Key", key);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => gone(total ? loaded / total : 0));
    request.addEventListener("error", () => reject(new Error("unreachable")));
    request.addEventListener("load", () => {
      const response = new Response(null, { status: request.status });
      if (request.status === 401 && request.response?.code === "unauthenticated") signIn();
      resolve(response.ok ? { data: request.response as D, response } : { error: request.response ?? {}, response });
    });
    request.send(file);
  });
}

/** Sends a file to be imported. */
export const uploadImport = (file: Blob, name: string, key: string, gone: (share: number) => void) =>
  put<Upload>(`/v1/imports/uploads?name=${encodeURIComponent(name)}`, file, key, gone);

/** Sends a document of a member. */
export const uploadFile = (member: string, file: Blob, name: string, key: string, gone: (share: number) => void) =>
  put<Kept>(`/v1/members/${encodeURIComponent(member)}/files?name=${encodeURIComponent(name)}`, file, key, gone);

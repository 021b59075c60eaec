/** A phone number as E.164 has it, `+8613800138000`; a Chinese mobile may go without its country. */
export function phoneOf(typed: string): string | undefined {
  const number = typed
    .replaceAll(/[\s().-]/g, "")
    .replace(/^00/, "+")
    .replace(/^(?=1[3-9]\d{9}$)/, "+86");
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}

/** By what somebody signs in: an e-mail address, else a phone number. */
export type Who = { email: string } | { phone: string };
export const reach = (typed: string): Who => (typed.includes("@") ? { email: typed.trim() } : { phone: phoneOf(typed) ?? typed.trim() });

export const reaches = (typed: string) => typed.includes("@") || phoneOf(typed) !== undefined;

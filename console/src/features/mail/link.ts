/** The link of a letter: the paragraph that is nothing else. */
export const linkOf = (text: string): string | undefined =>
  text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .find((paragraph) => /^https?:\/\/\S+$/.test(paragraph));

type Line = { mark: " " | "-" | "+"; text: string };

/** What differs between two texts, line by line (longest common subsequence). */
export function diff(before: string, after: string): Line[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i]![j] = a[i] === b[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: " ", text: a[i]! });
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || longest[i + 1]![j]! >= longest[i]![j + 1]!)) lines.push({ mark: "-", text: a[i++]! });
    else lines.push({ mark: "+", text: b[j++]! });
  }
  return lines;
}

const NEAR = 2;

/** Shows the lines that differ with a few around them. */
export function Diff({ before, after }: { before: string; after: string }) {
  const lines = diff(before, after);
  const near = (n: number) => lines.slice(Math.max(0, n - NEAR), n + NEAR + 1).some((line) => line.mark !== " ");
  return (
    <pre className="diff">
      {lines.map((line, n) => {
        const text = `${line.mark} ${line.text}`;
        if (line.mark === "-") return <del key={n}>{text}</del>;
        if (line.mark === "+") return <ins key={n}>{text}</ins>;
        return near(n) ? <span key={n}>{text}</span> : null;
      })}
    </pre>
  );
}

import { getDocument, GlobalWorkerOptions, version } from "pdfjs-dist";
// oxlint-disable-next-line import/default -- what the build makes of a worker is a class.
import PdfWorker from "pdfjs-dist/build/pdf.worker.min.mjs?worker";

/** Pages that are drawn; a longer document is saved to be read. */
const PAGES_MAX = 20;
const WIDTH = 1200;

/** Draws the pages of a PDF one below the other. Nothing in it is run. */
export async function draw(content: Blob, into: HTMLElement, stop: AbortSignal) {
  GlobalWorkerOptions.workerPort ??= new PdfWorker();
  const near = `/assets/pdf-${version}/`;
  const loading = getDocument({
    data: await content.arrayBuffer(),
    cMapUrl: near,
    wasmUrl: near,
    useWasm: false,
    enableXfa: false,
    isEvalSupported: false,
  } as Parameters<typeof getDocument>[0]);
  stop.addEventListener("abort", () => void loading.destroy());
  const document = await loading.promise;
  into.replaceChildren();
  for (let number = 1; number <= Math.min(document.numPages, PAGES_MAX) && !stop.aborted; number++) {
    const page = await document.getPage(number);
    const plain = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: WIDTH / plain.width });
    const canvas = Object.assign(window.document.createElement("canvas"), { width: viewport.width, height: viewport.height });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${number} / ${document.numPages}`);
    await page.render({ canvas, viewport }).promise;
    if (!stop.aborted) into.append(canvas);
  }
}

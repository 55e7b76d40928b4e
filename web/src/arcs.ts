/** Arrows from source to cue to content, drawn over the text on request. */

import { svg } from "./dom.ts";
import type { AnnotatedText } from "./text.ts";

/** How far outside the window arcs are drawn, in pixels. */
const BEYOND = 400;
/** Of an arc that continues on another line: its height above the line, its distance beside the text, its corner radius. */
const ABOVE = 9;
const BESIDE = 8;
const BEND = 9;

export class Arcs {
  private readonly layer: SVGSVGElement;
  private shown = false;
  private waiting = 0;
  active = "";

  constructor(
    private readonly text: AnnotatedText,
    private readonly ids: readonly string[],
  ) {
    this.layer = svg("svg", { class: "arcs", "aria-hidden": "true", focusable: "false" });
    addEventListener("scroll", () => this.soon(), { passive: true });
    addEventListener("resize", () => this.soon(), { passive: true });
  }

  show(wanted: boolean): void {
    this.shown = wanted;
    if (wanted) this.text.root.append(this.layer);
    else this.layer.remove();
    this.soon();
  }

  /** Highlight the arcs of one annotation. */
  focus(id: string): void {
    this.active = id;
    this.soon();
  }

  private soon(): void {
    if (!this.shown || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  private draw(): void {
    const { root } = this.text;
    const frame = root.getBoundingClientRect();
    this.layer.setAttribute("width", String(root.clientWidth));
    this.layer.setAttribute("height", String(root.clientHeight));
    const paths: SVGElement[] = [];
    const near = (box: DOMRect) => box.bottom > -BEYOND && box.top < innerHeight + BEYOND;
    for (const id of this.ids) {
      const cue = this.text.of(id, "cue")[0];
      if (!cue) continue;
      const at = head(cue);
      if (!at || !near(at)) continue;
      const source = this.text.of(id, "source")[0];
      const contents = this.text.of(id, "content").filter((element) => element.classList.contains("begins") || element.classList.contains("resumes"));
      const ends = [...(source ? [[source, "source"] as const] : []), ...contents.map((element) => [element, "content"] as const)];
      for (const [element, role] of ends) {
        const box = role === "source" ? nearest(element, at) : head(element);
        if (!box) continue;
        // from the source to the cue, from the cue to the content
        const [from, to] = role === "source" ? [middle(box, frame), middle(at, frame)] : [middle(at, frame), start(box, frame)];
        paths.push(...arc(from, to, role, id === this.active, root.clientWidth));
      }
    }
    this.layer.replaceChildren(...paths);
  }
}

interface Point {
  x: number;
  y: number;
}

function head(element: HTMLElement): DOMRect | null {
  for (const box of element.getClientRects()) if (box.width > 1) return box;
  return null;
}

/** The nearest box of words that continue on another line. */
function nearest(element: HTMLElement, to: DOMRect): DOMRect | null {
  const away = (box: DOMRect) => Math.abs(box.top - to.top) * 10 + Math.abs(box.left - to.left);
  const boxes = [...element.getClientRects()].filter((box) => box.width > 1);
  return boxes.reduce<DOMRect | null>((best, box) => (best === null || away(box) < away(best) ? box : best), null);
}

const middle = (box: DOMRect, frame: DOMRect): Point => ({ x: (box.left + box.right) / 2 - frame.left, y: box.top - frame.top });
const start = (box: DOMRect, frame: DOMRect): Point => ({ x: box.left + Math.min(14, box.width / 2) - frame.left, y: box.top - frame.top });

/** An arc between words; between lines it runs to the end of one line and on from the beginning of the other. */
function arc(from: Point, to: Point, role: string, active: boolean, width: number): SVGElement[] {
  const down = to.y - from.y;
  const rise = Math.min(15, 6 + Math.abs(from.x - to.x) / 24);
  const end = `${to.x} ${to.y - 3}`;
  let path = `M${from.x} ${from.y}C${from.x} ${from.y - rise} ${to.x} ${to.y - rise} ${end}`;
  if (Math.abs(down) >= 8) {
    // between the lines, where nothing is written
    const [out, back] = down > 0 ? [width + BESIDE, -BESIDE] : [-BESIDE, width + BESIDE];
    const [turn, come] = [Math.sign(out - from.x) * BEND, Math.sign(to.x - back) * BEND];
    path =
      `M${from.x} ${from.y}Q${from.x} ${from.y - ABOVE} ${from.x + turn} ${from.y - ABOVE}H${out}` +
      `M${back} ${to.y - ABOVE}H${to.x - come}Q${to.x} ${to.y - ABOVE} ${end}`;
  }
  const kind = `arc arc-${role}${active ? " arc-active" : ""}`;
  const tip = `M${to.x - 3.5} ${to.y - 7}l3.5 6l3.5 -6z`;
  return [svg("path", { class: kind, d: path }), svg("path", { class: `${kind} arc-tip`, d: tip })];
}

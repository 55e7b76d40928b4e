/** The raw article line by line: what was kept, what was removed, by which rule; and any range of it. */

import { h, shown } from "./dom.ts";
import { Offsets } from "./offsets.ts";
import type { Article, Segment } from "./types.ts";

export class RawPage {
  private readonly offsets: Offsets;
  private readonly pieces: { segment: Segment; words: HTMLElement }[] = [];
  private readonly body: HTMLElement;

  /** @param root A `details` element; its content after the summary is replaced when it is first opened. */
  constructor(
    private readonly root: HTMLElement,
    private readonly article: Article,
  ) {
    this.offsets = new Offsets(article.raw);
    this.body = root.querySelector<HTMLElement>(".raw-text") ?? root;
    if (root instanceof HTMLDetailsElement) root.addEventListener("toggle", () => root.open && this.draw());
  }

  /** Open the raw article at a half-open range of its code points. */
  show(start: number, end: number): void {
    if (this.root instanceof HTMLDetailsElement) this.root.open = true;
    this.draw();
    const held = this.pieces.find(({ segment }) => segment.raw_start <= start && start < segment.raw_end);
    if (!held) return;
    const { segment, words } = held;
    const base = segment.raw_start;
    const to = Math.min(end, segment.raw_end);
    const mark = h("mark", { tabindex: "-1" }, ...shown(this.offsets.slice(start, to)));
    this.clear();
    words.replaceChildren(...shown(this.offsets.slice(base, start)), mark, ...shown(this.offsets.slice(to, segment.raw_end)));
    mark.scrollIntoView({ block: "center" });
    mark.focus({ preventScroll: true });
  }

  private clear(): void {
    for (const { segment, words } of this.pieces) {
      if (words.querySelector("mark")) words.replaceChildren(...shown(this.offsets.slice(segment.raw_start, segment.raw_end)));
    }
  }

  private draw(): void {
    if (this.pieces.length) return;
    const list = h("div", { class: "raw-pieces" });
    for (const segment of this.article.segments) {
      const words = h("span", { class: "raw-words" }, ...shown(this.offsets.slice(segment.raw_start, segment.raw_end)));
      const why = `${segment.kept ? "kept" : "removed"} · ${segment.role.replaceAll("_", " ")} · rule ${segment.rule}`;
      list.append(h("div", { class: segment.kept ? "piece" : "piece piece-removed" }, h("span", { class: "piece-why" }, why), words));
      this.pieces.push({ segment, words });
    }
    this.body.replaceChildren(list);
  }
}

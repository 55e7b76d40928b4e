/** The text of an article with its layers: marks as nested elements, which can be found by id. */

import { h, shown } from "./dom.ts";
import { byParagraph, marksOf, tree, type Element, type Layer, type Mark, type Node } from "./marks.ts";
import { Offsets } from "./offsets.ts";
import type { Article, Paragraph, Segment } from "./types.ts";

export const LAYER_NAMES: Record<Layer, string> = {
  quantity: "Number",
  source: "Source",
  cue: "Cue",
  content: "What is said",
  entity: "Name",
  other: "Other",
};

/** The name of a mark: its layer, such as "Number", or, in the layer `other`, its kind. */
export function kindOf(id: string, layer: Layer): string {
  const prefix = /-([a-z]+)\d+$/.exec(id)?.[1] ?? "";
  const kinds: Record<string, string> = {
    s: "Statement of the article",
    nq: "Number that counts nothing",
    na: "Words in quotation marks that quote nobody",
  };
  return layer === "other" ? (kinds[prefix] ?? "Other") : LAYER_NAMES[layer];
}

/** The text with its marks in a page, and the elements of each id. */
export class AnnotatedText {
  readonly offsets: Offsets;
  readonly root: HTMLElement;
  /** Every element of every annotation, in reading order. */
  private byId = new Map<string, HTMLElement[]>();
  /** The first element of each annotation in each layer, in reading order, for the keyboard. */
  stops: HTMLElement[] = [];
  private paragraphs: { paragraph: Paragraph; element: HTMLElement }[] = [];

  constructor(readonly article: Article) {
    this.offsets = new Offsets(article.text);
    this.root = h("div", { class: "text" });
    this.draw(marksOf(article));
  }

  /** Draw all paragraphs with these marks. */
  draw(marks: readonly Mark[]): void {
    this.byId = new Map();
    this.stops = [];
    this.paragraphs = [];
    const { paragraphs, segments, raw } = this.article;
    const held = byParagraph(marks, paragraphs);
    const before = removedBefore(segments);
    const rawOffsets = new Offsets(raw);
    const all = document.createDocumentFragment();
    paragraphs.forEach((paragraph, index) => {
      for (const segment of before.get(paragraph.id) ?? []) all.append(this.removed(segment, rawOffsets));
      const element = h("p", {
        class: `paragraph role-${paragraph.role}`,
        id: paragraph.id,
        "data-paragraph": paragraph.id,
      });
      const nodes = tree(held[index]!, paragraph.start, paragraph.end, (from, to) => this.offsets.slice(from, to));
      for (const node of nodes) element.append(...this.node(node));
      this.paragraphs.push({ paragraph, element });
      all.append(element);
    });
    for (const segment of before.get("") ?? []) all.append(this.removed(segment, rawOffsets));
    this.root.replaceChildren(all);
    this.stops[0]?.setAttribute("tabindex", "0");
  }

  /** The elements of an annotation; in one layer, those of that. */
  of(id: string, layer?: string): HTMLElement[] {
    const found = this.byId.get(id) ?? [];
    return layer ? found.filter((element) => element.dataset["layer"] === layer) : found;
  }

  /** The mark in which a node of the page stands, and those around it, innermost first. */
  static around(target: EventTarget | null): HTMLElement[] {
    const found: HTMLElement[] = [];
    let element = target instanceof globalThis.Element ? target.closest<HTMLElement>(".m") : null;
    for (; element; element = element.parentElement?.closest<HTMLElement>(".m") ?? null) found.push(element);
    return found;
  }

  /** A range of the page for a half-open range of code points within one paragraph; null if it is in none. */
  range(start: number, end: number): Range | null {
    const held = this.paragraphs.find(({ paragraph }) => paragraph.start <= start && end <= paragraph.end);
    if (!held) return null;
    const base = this.offsets.unit(held.paragraph.start);
    const from = place(held.element, this.offsets.unit(start) - base);
    const to = place(held.element, this.offsets.unit(end) - base);
    if (!from || !to) return null;
    const range = document.createRange();
    range.setStart(...from);
    range.setEnd(...to);
    return range;
  }

  /** The code point offsets of a range of the page; null if an end is not in the text. */
  span(range: Range): { start: number; end: number } | null {
    const start = this.point(range.startContainer, range.startOffset);
    const end = this.point(range.endContainer, range.endOffset);
    return start === null || end === null ? null : { start: Math.min(start, end), end: Math.max(start, end) };
  }

  private point(node: globalThis.Node, offset: number): number | null {
    const held = this.paragraphs.find(({ element }) => element.contains(node));
    if (!held) return null;
    const range = document.createRange();
    range.setStart(held.element, 0);
    range.setEnd(node, offset);
    return this.offsets.point(this.offsets.unit(held.paragraph.start) + range.toString().length);
  }

  private node(node: Node): globalThis.Node[] {
    return typeof node === "string" ? shown(node) : [this.mark(node)];
  }

  private mark({ mark, first, last, lane, children }: Element): HTMLElement {
    const classes = ["m", `m-${mark.layer}`, `lane-${Math.min(lane, 5)}`];
    if (first) classes.push(mark.part ? "resumes" : "begins");
    if (last) classes.push(mark.part < mark.parts - 1 ? "pauses" : "ends");
    if (mark.change) classes.push("changed", `changed-${mark.change}`);
    const element = h("span", { class: classes.join(" "), "data-id": mark.id, "data-layer": mark.layer });
    if (first && mark.part === 0) {
      element.tabIndex = -1;
      this.stops.push(element);
    }
    const held = this.byId.get(mark.id);
    if (held) held.push(element);
    else this.byId.set(mark.id, [element]);
    for (const child of children) element.append(...this.node(child));
    return element;
  }

  private removed(segment: Segment, raw: Offsets): HTMLElement {
    const words = raw.slice(segment.raw_start, segment.raw_end).trim();
    return h(
      "p",
      { class: "removed", hidden: true },
      h("span", { class: "removed-why" }, `Removed · ${segment.role.replaceAll("_", " ")} · rule ${segment.rule}`),
      h("span", { class: "removed-words" }, ...shown(words)),
    );
  }
}

/** The removed segments before each kept paragraph; those after the last paragraph have the empty id. */
function removedBefore(segments: readonly Segment[]): Map<string, Segment[]> {
  const found = new Map<string, Segment[]>();
  let waiting: Segment[] = [];
  for (const segment of segments) {
    if (!segment.kept) waiting.push(segment);
    else {
      if (waiting.length) found.set(segment.paragraph_id ?? "", waiting);
      waiting = [];
    }
  }
  if (waiting.length) found.set("", waiting);
  return found;
}

/** The text node, and the offset in it, of a UTF-16 offset in the text of an element. */
function place(element: HTMLElement, offset: number): [globalThis.Node, number] | null {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = offset;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const length = node.nodeValue?.length ?? 0;
    if (left <= length) return [node, left];
    left -= length;
  }
  return null;
}

/** Turn rows into marks, and marks into the tree that a paragraph is drawn from. No DOM. */

import type { Article, Paragraph, Row, Span } from "./types.ts";

/** The layers that can be switched on and off, in the order of the legend. */
export const LAYERS = ["quantity", "source", "cue", "content", "entity", "other"] as const;
export type Layer = (typeof LAYERS)[number];

/** One fragment of a span of an annotation. */
export interface Mark {
  id: string;
  layer: Layer;
  start: number;
  end: number;
  /** The number of this fragment, from 0, and how many fragments the span has. */
  part: number;
  parts: number;
  /** How a change under review affects it: added, moved, … or removed. */
  change?: string;
}

export type Node = string | Element;
/** A part of a mark with its content; a mark that crosses another one has several parts. */
export interface Element {
  mark: Mark;
  first: boolean;
  last: boolean;
  /** The number of underlined marks inside it, one below the other. */
  lane: number;
  children: Node[];
}

const RANK: Record<Layer, number> = { content: 0, source: 1, cue: 2, other: 3, quantity: 4, entity: 5 };
/** Underlined marks need a lane of their own below the words; the others have a background colour. */
const UNDERLINED = new Set<Layer>(["source", "cue", "entity", "other"]);

/** The spans of a column, whether it holds one, several or none. */
export function spansOf(row: Row, column: string): Span[] {
  const held = row[column] as Span | Span[] | null | undefined;
  return held == null ? [] : Array.isArray(held) ? held : [held];
}

const DRAWN: [table: string, column: string, layer: Layer][] = [
  ["entities", "span", "entity"],
  ["quantities", "span", "quantity"],
  ["attributions", "source", "source"],
  ["attributions", "addressee", "source"],
  ["attributions", "cue", "cue"],
  ["attributions", "content", "content"],
  ["assertions", "span", "other"],
  ["non_quantities", "span", "other"],
  ["non_quantities", "number", "other"],
  ["non_attributions", "span", "other"],
];

/** Every mark of an article, including those that a change under review removes. */
export function marksOf(article: Pick<Article, "layers" | "changes" | "gone">): Mark[] {
  const spans = new Set(DRAWN.map(([table, column]) => `${table}.${column}`));
  const changed = new Map<string, string>();
  for (const { subject, layer, field, kind } of article.changes) {
    // a change of one span marks that span; any other change marks the whole annotation
    const key = spans.has(`${layer}.${field}`) ? `${subject} ${field}` : subject;
    if (!changed.has(key)) changed.set(key, kind);
  }
  const found: Mark[] = [];
  for (const [table, column, layer] of DRAWN) {
    for (const row of article.layers[table] ?? []) {
      const change = changed.get(row.id) ?? changed.get(`${row.id} ${column}`);
      found.push(...fragments(row.id, layer, spansOf(row, column), change));
    }
  }
  for (const gone of article.gone) {
    const layer = gone.layer as Layer;
    found.push(...fragments(gone.id, layer, gone.spans, "removed"));
  }
  return found;
}

function fragments(id: string, layer: Layer, spans: { start: number; end: number }[], change?: string): Mark[] {
  return spans.map(({ start, end }, part) => ({
    id,
    layer,
    start,
    end,
    part,
    parts: spans.length,
    ...(change ? { change } : {}),
  }));
}

/** Outer marks before inner ones; for the same words, by the rank of the layer. */
export function inOrder(a: Mark, b: Mark): number {
  return a.start - b.start || b.end - a.end || RANK[a.layer] - RANK[b.layer];
}

/** The marks that touch each paragraph. */
export function byParagraph(marks: readonly Mark[], paragraphs: readonly Paragraph[]): Mark[][] {
  const held: Mark[][] = paragraphs.map(() => []);
  for (const mark of marks) {
    let low = 0;
    let high = paragraphs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (paragraphs[middle]!.end <= mark.start) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < paragraphs.length && paragraphs[at]!.start < mark.end; at++) held[at]!.push(mark);
  }
  return held;
}

/**
 * The tree of a range of text: words and marks, properly nested. A mark that crosses an earlier one is cut where that one
 * ends, and becomes two elements with one id.
 */
export function tree(marks: readonly Mark[], start: number, end: number, slice: (from: number, to: number) => string): Node[] {
  const waiting = marks
    .filter((mark) => mark.start < end && mark.end > start && mark.end > mark.start)
    .map((mark) => ({ mark, from: Math.max(mark.start, start), to: Math.min(mark.end, end) }))
    .sort((a, b) => a.from - b.from || b.to - a.to || inOrder(a.mark, b.mark));
  const root: Node[] = [];
  const open: { element: Element; to: number }[] = [];
  let at = start;
  const top = () => open[open.length - 1];
  const words = (to: number) => {
    if (to > at) (top()?.element.children ?? root).push(slice(at, to));
    at = Math.max(at, to);
  };
  const close = (to: number) => {
    while (open.length && top()!.to <= to) {
      words(top()!.to);
      const { element } = open.pop()!;
      const inside = element.children.reduce((most, node) => (typeof node === "string" ? most : Math.max(most, taken(node))), 0);
      element.lane = inside;
    }
  };
  for (let next = 0; next < waiting.length; next++) {
    const { mark, from, to } = waiting[next]!;
    close(from);
    words(from);
    const outer = top();
    const until = outer && outer.to < to ? outer.to : to;
    if (until < to) insert(waiting, { mark, from: until, to }, next + 1);
    const element = { mark, first: from === mark.start, last: until === mark.end, lane: 0, children: [] };
    (outer?.element.children ?? root).push(element);
    open.push({ element, to: until });
  }
  close(end);
  words(end);
  return root;
}

function taken(element: Element): number {
  return element.lane + (UNDERLINED.has(element.mark.layer) ? 1 : 0);
}

type Piece = { mark: Mark; from: number; to: number };

function insert(waiting: Piece[], piece: Piece, low: number): void {
  let high = waiting.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = waiting[middle]!;
    if (other.from < piece.from || (other.from === piece.from && other.to > piece.to)) low = middle + 1;
    else high = middle;
  }
  waiting.splice(low, 0, piece);
}

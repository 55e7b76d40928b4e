/** The text of the article, cut at the edges of words and annotations, and its selection by mouse. */
import { shown } from "../dom";
import { Offsets } from "../offsets";
import { byId, h } from "./dom";
import { type State, recordOf } from "./state";
import type { Entry, Span } from "./types";

interface Mark {
  span: Span;
  classes: string[];
  record: string;
  tag: string;
}

const ROLES: Record<string, string[]> = {
  quantities: ["number", "modifier", "unit"],
  attributions: ["source", "cue", "content"],
};

/** The marks of a record: the spans of each of its roles. */
function marksOf(state: State, record: Entry): Mark[] {
  const open = record.id === state.open;
  const shown = Object.entries(record.spans).filter(([name]) => {
    const roles = ROLES[record.layer];
    return open || (roles ? roles.includes(name) : name === "span");
  });
  const tag = String(record.values.type ?? record.values.reason ?? "");
  return shown.flatMap(([name, spans]) =>
    (name === "span" && spans.length && record.layer === "quantities" ? [] : spans).map((span, i) => ({
      span,
      classes: [`L-${record.layer}`, `R-${name}`, ...(open ? ["open"] : [])],
      record: record.id,
      tag: i === spans.length - 1 && (name === "span" || open) ? (open && name !== "span" ? name : tag) : "",
    })),
  );
}

function allMarks(state: State): Mark[] {
  const shown = state.view.records.filter((r) => !state.hidden.has(r.layer) || r.id === state.open);
  const marks = shown.flatMap((record) => marksOf(state, record));
  state.view.ghosts.forEach((ghost, i) => {
    const classes = ["ghost", ...(i === state.ghost ? ["looked-at"] : [])];
    if (!state.hidden.has("ghosts")) marks.push({ span: [ghost.start, ghost.end], classes, record: `ghost:${i}`, tag: "" });
  });
  for (const finding of state.view.findings)
    for (const span of finding.waived ? [] : finding.spans)
      marks.push({ span, classes: ["finding"], record: "", tag: "" });
  for (const span of state.selected) marks.push({ span, classes: ["selected"], record: "", tag: "" });
  const at = state.view.tokens.slice(state.cursor * 2, state.cursor * 2 + 2) as Span;
  if (at.length) marks.push({ span: at, classes: ["cursor"], record: "", tag: "" });
  return marks;
}

/** Each paragraph as it was last drawn, with its marks; a paragraph without changes is not drawn again. */
const drawn = new Map<string, { key: string; made: HTMLElement }>();

export function drawText(state: State): void {
  const marks = allMarks(state);
  const place = byId("text");
  const top = place.scrollTop;
  const made = state.view.paragraphs.map((p) => {
    const here = marks.filter((m) => m.span[0] < p.end && p.start < m.span[1]);
    const key = JSON.stringify([state.view.id, p, here]);
    const before = drawn.get(p.id);
    if (before?.key === key) return before.made;
    const fresh = paragraph(state, p, here);
    drawn.set(p.id, { key, made: fresh });
    return fresh;
  });
  if (made.length !== place.children.length || made.some((one, i) => place.children[i] !== one)) {
    place.replaceChildren(...made);
    place.scrollTop = top;
  }
}

function paragraph(state: State, p: { id: string; role: string; start: number; end: number }, here: Mark[]): HTMLElement {
  const cuts = new Set([p.start, p.end]);
  for (const edge of between(state.view.tokens, p.start, p.end)) cuts.add(edge);
  for (const { span } of here) for (const edge of span) if (edge > p.start && edge < p.end) cuts.add(edge);
  const sorted = [...cuts].sort((a, b) => a - b);
  const line = h("span", { class: "line", "data-start": p.start });
  for (let i = 0; i + 1 < sorted.length; i++) line.append(segment(state, here, sorted[i]!, sorted[i + 1]!));
  return h("div", { class: `paragraph ${p.role}`, id: `text-${p.id}` }, h("span", { class: "pid", "aria-hidden": "true" }, p.id), line);
}

function segment(state: State, marks: Mark[], start: number, end: number): HTMLElement {
  const here = marks.filter((m) => m.span[0] <= start && end <= m.span[1]);
  const classes = new Set(here.flatMap((m) => m.classes));
  for (const m of here) {
    if (m.span[0] === start) m.classes.forEach((c) => classes.add(`${c}-begins`));
    if (m.span[1] === end) m.classes.forEach((c) => classes.add(`${c}-ends`));
  }
  const tag = here.filter((m) => m.tag && m.span[1] === end).map((m) => m.tag);
  const records = [...new Set(here.map((m) => m.record).filter(Boolean))];
  return h(
    "span",
    { class: ["seg", ...classes].join(" "), "data-s": start, "data-e": end, "data-r": records.join(" "), "data-tag": tag.length ? tag.join(" ") : null },
    ...shown(state.text.slice(start, end)),
  );
}

function between(sorted: number[], from: number, to: number): number[] {
  return sorted.slice(below(sorted, from), below(sorted, to));
}

/** The number of sorted values that are below another value. */
export function below(sorted: number[], value: number): number {
  let low = 0;
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The code point offset in the text of a place in the page; null outside the text. */
export function placeOf(node: Node, offset: number): number | null {
  const element = node instanceof Element ? node : node.parentElement;
  const seg = element?.closest<HTMLElement>(".seg");
  if (seg && node.nodeType === Node.TEXT_NODE) {
    const before = document.createRange();
    before.setStart(seg, 0);
    before.setEnd(node, offset);
    return Number(seg.dataset.s) + new Offsets(seg.textContent ?? "").point(before.toString().length);
  }
  if (seg) return Number(offset ? seg.dataset.e : seg.dataset.s);
  const line = element?.closest<HTMLElement>(".paragraph")?.querySelector<HTMLElement>(".line");
  if (!line) return null;
  const next = element?.classList.contains("line") ? (line.children[offset] as HTMLElement | undefined) : undefined;
  if (next) return Number(next.dataset.s);
  const last = line.lastElementChild as HTMLElement | null;
  return element?.classList.contains("line") && last ? Number(last.dataset.e) : Number(line.dataset.start);
}

/** A span widened to whole words, without white space at its edges. */
export function snapped(state: State, [start, end]: Span): Span | null {
  const tokens = state.view.tokens;
  let first = 0;
  while (first < tokens.length && tokens[first + 1]! <= start) first += 2;
  let last = tokens.length - 2;
  while (last >= 0 && tokens[last]! >= end) last -= 2;
  return first <= last ? [tokens[first]!, tokens[last + 1]!] : null;
}

/** A span as it was selected, without white space at its edges. */
export function exact(state: State, [start, end]: Span): Span | null {
  while (start < end && /\s/u.test(state.text.slice(start, start + 1))) start++;
  while (start < end && /\s/u.test(state.text.slice(end - 1, end))) end--;
  return start < end ? [start, end] : null;
}

/** The number of the word at an offset. */
export function tokenAt(state: State, place: number): number {
  const tokens = state.view.tokens;
  for (let i = 0; i < tokens.length; i += 2) if (place < tokens[i + 1]!) return i / 2;
  return tokens.length / 2 - 1;
}

/** The records at a segment, innermost first. */
export function recordsAt(state: State, seg: HTMLElement): string[] {
  const size = (id: string) => {
    const record = recordOf(state, id);
    const at = Number(seg.dataset.s);
    const spans = record ? Object.values(record.spans).flat() : [];
    return Math.min(...spans.filter(([s, e]) => s <= at && at < e).map(([s, e]) => e - s), 1e9);
  };
  const ids = (seg.dataset.r ?? "").split(" ").filter(Boolean);
  return ids.sort((a, b) => size(a) - size(b));
}

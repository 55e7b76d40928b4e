/** Keyboard control of everything that the mouse can do. */
import { byId } from "./dom";
import type { Editor } from "./main";
import { choices, hotkey, needed } from "./panel";
import { KEYS } from "./state";
import { exact } from "./text";
import type { Span } from "./types";

export function listenToKeys(editor: Editor): void {
  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const inField = (event.target as Element).matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
    if (command && key === "s") return done(event, () => void editor.travel("save"));
    if (command && !inField && key === "z") return done(event, () => void editor.travel(event.shiftKey ? "redo" : "undo"));
    if (command && !inField && key === "y") return done(event, () => void editor.travel("redo"));
    if (key === "escape") return escape(editor);
    if (command || inField) return;
    if (document.activeElement === byId("text") && arrows(editor, event)) return event.preventDefault();
    if (event.altKey) return;
    letters(editor, event, key);
  });
}

function done(event: Event, what: () => void): void {
  event.preventDefault();
  what();
}

function escape(editor: Editor): void {
  const { state } = editor;
  if (state.choosing) editor.choose("");
  else if (state.selected.length) editor.select([]);
  else if (state.ghost >= 0) editor.look(-1);
  else editor.open("");
  byId("text").focus();
}

/** A letter chooses one of the options that the panel offers. */
function letters(editor: Editor, event: KeyboardEvent, key: string): void {
  const { state } = editor;
  if (state.tab !== "annotate") return;
  const number = "1234567890abcdefghijklmnop".indexOf(key);
  if (state.choosing && state.selected.length) {
    const name = number >= 0 ? choices(editor, state.choosing)[number] : undefined;
    if (name) done(event, () => editor.make(state.choosing, name));
    return;
  }
  const ghost = state.view.ghosts[state.ghost];
  if (ghost && !state.selected.length) {
    const reason = needed(editor, ghost.other)?.labels[number]?.name;
    if (reason && hotkey(number) === key) return done(event, () => editor.dismiss(ghost, reason));
  }
  if (state.selected.length) {
    const layer = Object.keys(KEYS).find((name) => KEYS[name] === key);
    if (layer) return done(event, () => editor.choose(layer));
    if (key === "+") return done(event, () => editor.more());
  }
  if (key === "n") done(event, () => editor.look(editor.nextGhost()));
  if (key === "f") done(event, () => editor.nextFinding());
  if (key === "t") done(event, () => byId("text").focus());
  if (key === "delete" && state.open && !state.selected.length) done(event, () => void editor.act({ do: "delete", id: state.open }));
}

/** Arrow keys move from word to word; with Shift they select; with Alt and Shift they move the end by one character. */
function arrows(editor: Editor, event: KeyboardEvent): boolean {
  const { state } = editor;
  const { tokens } = state.view;
  const last = tokens.length / 2 - 1;
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step && event.altKey && event.shiftKey && state.selected.length) {
    const spans = [...state.selected];
    const [start, end] = spans.pop()!;
    const moved = exact(state, [start, Math.min(Math.max(end + step, start + 1), state.text.length)] as Span);
    if (moved) editor.select([...spans, moved]);
    return true;
  }
  if (event.altKey) return false;
  let to = state.cursor;
  if (step) to += step;
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") to = paragraph(editor, event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Home" || event.key === "End") to = event.key === "Home" ? 0 : last;
  else if (event.key === "Enter" || event.key === " ") return enter(editor);
  else return false;
  state.cursor = Math.min(Math.max(to, 0), last);
  if (event.shiftKey) {
    const [from, until] = [Math.min(state.anchor, state.cursor), Math.max(state.anchor, state.cursor)];
    const span: Span = [tokens[from * 2]!, tokens[until * 2 + 1]!];
    const others = state.further ? state.selected.filter(([s, e]) => e <= span[0] || span[1] <= s) : [];
    const kept = state.further;
    editor.select([...others, span].sort((a, b) => a[0] - b[0]));
    state.further = kept;
  } else {
    state.anchor = state.cursor;
    editor.draw();
  }
  const seg = document.querySelector<HTMLElement>(".seg.cursor");
  seg?.scrollIntoView({ block: "nearest" });
  if (!event.shiftKey) byId("heard").textContent = seg ? heard(editor, seg) : "";
  return true;
}

function heard(editor: Editor, seg: HTMLElement): string {
  const ids = (seg.dataset.r ?? "").split(" ").filter(Boolean);
  const known = ids.map((id) => (id.startsWith("ghost") ? "not accounted for" : `${editor.state.view.records.find((r) => r.id === id)?.layer} ${id}`));
  return [seg.textContent, ...known].join(", ");
}

function paragraph(editor: Editor, step: number): number {
  const { view, cursor } = editor.state;
  const at = view.tokens[cursor * 2]!;
  const now = view.paragraphs.findIndex((p) => p.start <= at && at < p.end);
  const next = view.paragraphs[now + step];
  return next ? view.tokens.findIndex((place, i) => i % 2 === 0 && place >= next.start) / 2 : cursor;
}

/** Enter opens the annotation at the word, or selects the word. */
function enter(editor: Editor): boolean {
  const seg = document.querySelector<HTMLElement>(".seg.cursor");
  if (!seg) return false;
  const ids = (seg.dataset.r ?? "").split(" ").filter(Boolean);
  const own = ids.filter((id) => !id.startsWith("ghost:"));
  const { state } = editor;
  if (own.length && !state.selected.length) editor.open(own[(own.indexOf(state.open) + 1) % own.length]!);
  else if (ids[0] && !state.selected.length) editor.look(Number(ids[0].slice(6)));
  else editor.stretch(state.view.tokens.slice(state.cursor * 2, state.cursor * 2 + 2) as Span, state.further);
  return true;
}

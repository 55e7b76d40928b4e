/** The panel beside the text: the selected words, the open record, numbers and quotations to account for, findings. */
import { byId, h } from "./dom";
import { drawForm, findingLine } from "./form";
import type { Editor } from "./main";
import { KEYS, layerOf, named, recordOf, title, words } from "./state";
import type { Column, Ghost } from "./types";

const ROLES: Record<string, string[]> = { attributions: ["content", "source", "cue"] };
const SAYS: Record<string, string> = {
  entities: "a person, place, group, date …",
  quantities: "a number that measures or counts something",
  attributions: "someone’s words or thoughts",
  assertions: "a statement of the article itself",
  non_quantities: "part of a date, a name or an idiom",
  non_attributions: "a scare quote, a term, a title",
};

/** The labelled field that every record of a layer must have. */
export function needed(editor: Editor, layer: string): Column | undefined {
  return layerOf(editor.state, layer).columns.find((c) => c.required && c.labels.length > 0);
}

export function drawPanel(editor: Editor): void {
  const { state } = editor;
  const record = recordOf(state, state.open);
  const parts: (HTMLElement | null)[] = [];
  if (state.selected.length) parts.push(selection(editor));
  else if (state.ghost >= 0 && state.view.ghosts[state.ghost]) parts.push(ghost(editor, state.view.ghosts[state.ghost]!));
  if (record) parts.push(drawForm(editor, record));
  else if (!parts.length) parts.push(overview(editor));
  byId("panel").replaceChildren(...parts.filter((p) => p !== null));
}

function selection(editor: Editor): HTMLElement {
  const { state } = editor;
  const all = words(state, state.selected);
  const layers = inOrder(state.start.schema.layers);
  const heading = h("div", { class: "heading" },
    h("h2", {}, "Selected: ", h("q", {}, all.length > 140 ? `${all.slice(0, 137)}…` : all)),
    h("button", { type: "button", class: "quiet", click: () => editor.select([]) }, "Clear (Esc)"));
  if (state.choosing) return h("section", { class: "selection" }, heading, labels(editor, state.choosing));
  return h("section", { class: "selection" }, heading,
    recordOf(state, state.open) ? h("p", {}, `Use these words in ${state.open} below, or make a new record of them:`) : h("p", {}, "What are these words?"),
    h("div", { class: "choices" }, layers.map((layer) =>
      h("button", { type: "button", "data-layer": layer.name, click: () => editor.choose(layer.name) },
        h("kbd", {}, KEYS[layer.name] ?? ""), h("strong", {}, title(layer.name)), h("small", {}, SAYS[layer.name] ?? layer.row)))),
    h("button", { type: "button", id: "further", "aria-pressed": String(state.further), click: () => editor.more() },
      h("kbd", {}, "+"), state.further ? "Now select the other words" : "Add other words"),
    h("p", { class: "about" }, "A selection grows to whole words. To select part of a word, as “35” in F-35, hold Alt while you select."));
}

/** Layers, those used most first. */
export function inOrder<T extends { name: string }>(layers: T[]): T[] {
  const at = (name: string) => [...Object.keys(KEYS), name].indexOf(name);
  return [...layers].sort((a, b) => at(a.name) - at(b.name));
}

/** The labels of a layer, or the roles of an attribution, each with its shortcut key. */
function labels(editor: Editor, layer: string): HTMLElement {
  const roles = ROLES[layer];
  const column = needed(editor, layer);
  const list = roles
    ? roles.map((name) => ({ name, description: layerOf(editor.state, layer).columns.find((c) => c.name === name)?.description ?? "" }))
    : (column?.labels ?? []);
  return h("div", {},
    h("p", {}, roles ? "Which part are the selected words?" : `Which ${column?.name}?`),
    h("div", { class: "choices labels", role: "group", "aria-label": title(layer) }, list.map((one, i) =>
      h("button", { type: "button", "data-label": one.name, title: one.description, click: () => editor.make(layer, one.name) },
        h("kbd", {}, hotkey(i)), h("strong", {}, one.name), h("small", {}, one.description)))),
    h("button", { type: "button", class: "quiet", click: () => editor.choose("") }, "Back"));
}

export function hotkey(i: number): string {
  return "1234567890abcdefghijklmnop"[i] ?? "";
}

export function choices(editor: Editor, layer: string): string[] {
  return ROLES[layer] ?? needed(editor, layer)?.labels.map((l) => l.name) ?? [];
}

function ghost(editor: Editor, one: Ghost): HTMLElement {
  const { state } = editor;
  const said = state.text.slice(one.start, one.end);
  const other = needed(editor, one.other);
  const number = one.layer === "quantities";
  return h("section", { class: "selection waits" },
    h("div", { class: "heading" },
      h("h2", {}, number ? "Account for this number: " : "Account for this quotation: ", h("q", {}, said)),
      h("button", { type: "button", class: "quiet", click: () => editor.look(-1) }, "Skip (Esc)")),
    h("p", {}, `${state.ghost + 1} of ${state.view.ghosts.length}. What is it?`),
    h("div", { class: "choices one" },
      h("button", { type: "button", class: "primary", id: "accept", click: () => editor.accept(one) },
        h("kbd", {}, "Enter"), h("strong", {}, number ? "It measures or counts something" : "Someone says or thinks this"),
        h("small", {}, number ? "makes a quantity; then say of what" : "makes an attribution; then say who"))),
    h("p", {}, number ? "Or it is not a quantity but:" : "Or it quotes nobody but is:"),
    h("div", { class: "choices labels" }, (other?.labels ?? []).map((label, i) =>
      h("button", { type: "button", "data-reason": label.name, click: () => editor.dismiss(one, label.name) },
        h("kbd", {}, hotkey(i)), h("strong", {}, label.name.replace(/_/g, " ")), h("small", {}, label.description)))),
    h("p", { class: "about" }, "If it is part of a longer expression, select that in the text instead"));
}

function overview(editor: Editor): HTMLElement {
  const { view } = editor.state;
  const shown = view.findings.filter((f) => f.severity !== "note");
  return h("section", { class: "overview" },
    h("h2", {}, "How to annotate"),
    h("ol", {},
      h("li", {}, "Select words with the mouse, or with the arrow keys and Shift"),
      h("li", {}, "Say what they are: click an option, or press its key"),
      h("li", {}, "Click a coloured word to see and change its annotation")),
    view.missing_keys.length
      ? h("p", { class: "waits-line" }, `The registry has no row for ${view.missing_keys.join(", ")} `,
          h("button", { type: "button", id: "begin-rows", click: () => editor.act({ do: "begin" }) }, "Add these rows"))
      : null,
    h("h2", {}, "Layers"),
    h("ul", { class: "layers" }, view.files.map((file) => layerLine(editor, file.name))),
    h("h2", {}, shown.length ? `Findings (${shown.length})` : view.checked ? "No findings" : "Checking …"),
    h("ul", { class: "findings" }, shown.map((finding) =>
      h("li", {}, finding.record
        ? h("button", { type: "button", class: "link", click: () => editor.open(finding.record) }, `${finding.record}${suffix(editor, finding.record)}`)
        : null, findingLine(finding)))),
    shown.length ? h("button", { type: "button", id: "fix", click: () => editor.act({ do: "fix" }) }, "Apply all safe fixes") : null,
    h("h2", {}, `Records (${view.records.length})`),
    h("details", {}, h("summary", {}, "Show the list"), h("ul", { class: "records" }, [...view.records].map((r) =>
      h("li", {}, h("button", { type: "button", class: "link", click: () => editor.open(r.id) }, `${r.id}: ${named(editor.state, r)}`))))));
}

function suffix(editor: Editor, id: string): string {
  const record = recordOf(editor.state, id);
  return record ? `: ${named(editor.state, record)}` : "";
}

function layerLine(editor: Editor, name: string): HTMLElement {
  const file = editor.state.view.files.find((f) => f.name === name)!;
  const errors = editor.state.view.errors[file.file] ?? 0;
  const id = `status-${name}`;
  const select = h("select", {
    id, change: () => void editor.act({ do: "head", file: name, values: { status: select.value } }),
  }, [...(file.status === "missing" ? ["missing"] : []), "draft", "complete", "adjudicated"].map((status) =>
    h("option", { value: status }, status === "missing" ? "missing" : status)));
  select.value = file.status;
  const nobody = !file.header.by || file.header.by === "unnamed";
  const by = h("input", {
    id: `by-${name}`, type: "text", value: nobody ? "" : (file.header.by ?? ""), placeholder: "your-name", "aria-label": `Annotator of ${name}`,
    change: () => void editor.act({ do: "head", file: name, values: { by: by.value.trim() || null } }),
  });
  return h("li", {}, h("label", { for: id }, name), select, " by ", by,
    file.fault ? h("span", { class: "error" }, ` cannot be read: ${file.fault}`) : errors ? h("span", { class: "error" }, ` ${errors} error${errors > 1 ? "s" : ""}`) : null);
}

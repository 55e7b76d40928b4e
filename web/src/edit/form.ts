/** The form of one record: its words, labels and links, its computed values, and its findings while you type. */
import { api } from "./api";
import { byId, h } from "./dom";
import type { Editor } from "./main";
import { label, layerOf, named, recordOf, title, words } from "./state";
import type { Column, Entry, Finding, Operation, Span } from "./types";

const FIRST: Record<string, string[]> = {
  entities: ["span", "type", "key", "mention", "reading", "title"],
  quantities: ["modifier", "number", "unit", "measured", "predicate", "scope"],
  attributions: ["source", "cue", "content", "addressee", "source_kind", "source_key", "kind", "polarity"],
  non_quantities: ["span", "reason"],
  non_attributions: ["span", "reason"],
};

export function drawForm(editor: Editor, record: Entry): HTMLElement {
  const layer = layerOf(editor.state, record.layer);
  const first = FIRST[record.layer] ?? layer.columns.map((c) => c.name);
  const order = [...first.map((name) => layer.columns.find((c) => c.name === name)).filter((c) => !!c)];
  const rest = layer.columns.filter((c) => !first.includes(c.name));
  const used = rest.filter((c) => c.name in record.values || record.spans[c.name]?.length);
  const more = rest.filter((c) => !used.includes(c));
  const open = byId("panel").querySelector<HTMLDetailsElement>("details.more")?.open;
  return h(
    "section",
    { class: "form", "aria-labelledby": "form-title", "data-record": record.id },
    h("div", { class: "heading" },
      h("h2", { id: "form-title" }, `${title(record.layer)} `, h("code", {}, record.id)),
      h("button", { type: "button", class: "quiet", click: () => editor.open("") }, "Close (Esc)"),
    ),
    computed(record),
    record.lost.length ? h("p", { class: "error" }, `Words that are no longer in the text: ${record.lost.join("; ")}`) : null,
    h("div", { id: "form-findings" }, findingsOf(editor, record.id, "").map(findingLine)),
    editor.state.selected.length ? null : h("p", { class: "now" }, lacking(record)),
    [...order, ...used].map((column) => field(editor, record, column)),
    more.length
      ? h("details", { class: "more", open: !!open }, h("summary", {}, `More fields (${more.length})`), more.map((c) => field(editor, record, c)))
      : null,
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "danger", id: "delete", click: () => editor.act({ do: "delete", id: record.id }) }, "Delete this record"),
    ),
  );
}

/** The first thing that a record still needs. */
function lacking(record: Entry): string {
  const asked: Record<string, [string, string][]> = {
    quantities: [["measured", "what the number measures or counts"]],
    attributions: [["source", "who says it"], ["cue", "the words that attribute it, such as “said”"], ["content", "what is said"]],
  };
  const [name, what] = asked[record.layer]?.find(([name]) => !record.spans[name]?.length) ?? [];
  return name ? `Now select ${what} in the text, then choose “${name}” here. If the text does not say it, leave it out.` : "To change the words of a field, select them in the text, then choose the field here";
}

/** What the words of a number claim, in plain English. */
export function claim(row: Record<string, unknown>): string {
  const { lower, upper } = row as Record<string, number | null>;
  if (row.vague && lower == null && upper == null) return "These words give no number";
  if (lower == null && upper == null) return "These words give no interval. Write one if the text gives one.";
  const about = row.approximate ? "about " : "";
  const unit = row.unit_code ? ` ${row.unit_code}` : "";
  if (lower != null && upper != null && lower === upper) return `Claims ${about}${lower}${unit}`;
  if (upper == null) return `Claims ${row.lower_closed ? "at least" : "more than"} ${lower}${unit}`;
  if (lower == null) return `Claims ${row.upper_closed ? "at most" : "less than"} ${upper}${unit}`;
  return `Claims ${about}${lower} to ${upper}${unit}`;
}

function computed(record: Entry): HTMLElement | null {
  if (record.layer === "quantities") {
    const interval = record.row.interval ? `interval ${record.row.interval}` : "no interval";
    const vouching = record.row.vouched_by as string[] | null;
    const who = vouching == null ? "" : ` · vouched for by ${vouching.map(local).join(", ") || "the article itself"}`;
    return h("div", { class: "computed", id: "computed" }, h("strong", {}, claim(record.row)), ` · ${interval} · ${record.row.dimension}${who}`);
  }
  if (record.layer === "attributions") {
    const key = record.row.source_key ? ` · source in the registry: ${record.row.source_key}` : "";
    const kind = record.row.source_kind ?? "source not known";
    return h("div", { class: "computed", id: "computed" }, `Quotation: ${record.row.quotation} · ${record.row.certainty} · ${kind}${key}`);
  }
  return null;
}

function local(id: string): string {
  return id.replace(/^.*-/, "");
}

function findingsOf(editor: Editor, record: string, field: string): Finding[] {
  return editor.state.view.findings.filter((f) => f.record === record && (f.field === "q" ? "span" : f.field) === field);
}

export function findingLine(finding: Finding): HTMLElement {
  const kind = finding.waived ? "note" : finding.severity;
  return h("p", { class: `finding-line ${kind}` },
    h("strong", {}, `${kind === "error" ? "Error" : kind === "note" ? "Note" : "Warning"}: `), finding.message,
    finding.help ? h("span", { class: "help" }, ` – ${finding.help}`) : null,
    h("small", {}, ` ${finding.check}`),
  );
}

function field(editor: Editor, record: Entry, column: Column): HTMLElement {
  const id = `field-${column.name}`;
  const made =
    column.kind === "words" ? wordsField(editor, record, column, id)
    : column.refers.length ? links(editor, record, column, id)
    : column.labels.length ? choice(editor, record, column, id)
    : column.kind === "bool" ? tick(editor, record, column, id)
    : typed(editor, record, column, id);
  const found = findingsOf(editor, record.id, column.name);
  return h("div", { class: `field ${found.length ? "wrong" : ""}`, "data-field": column.name },
    made, h("p", { class: "about", id: `${id}-about` }, column.description),
    h("div", { class: "field-findings" }, found.map(findingLine)));
}

function wordsField(editor: Editor, record: Entry, column: Column, id: string): Node {
  const { state } = editor;
  const spans = record.spans[column.name] ?? [];
  const put = (next: Span[]) => editor.act({ do: "change", id: record.id, spans: { [column.name]: next } });
  const ready = state.selected.length > 0;
  const chips = spans.map((span, i) =>
    h("span", { class: "chip" }, `“${words(state, [span])}”`,
      column.name === "span" || column.required ? null
        : h("button", { type: "button", "aria-label": `Remove “${words(state, [span])}” from ${label(column)}`, click: () => put(spans.filter((_, n) => n !== i)) }, "×")));
  return h("fieldset", { class: "words", id },
    h("legend", {}, label(column)),
    chips.length ? chips : h("span", { class: "none" }, "none"),
    ready ? h("span", { class: "use" },
      h("button", { type: "button", class: "primary", "data-use": column.name, click: () => put([...state.selected]) },
        `${spans.length ? "Replace with" : "Use"} “${short(words(state, state.selected))}”`),
      column.many && spans.length
        ? h("button", { type: "button", "data-more": column.name, click: () => put([...spans, ...state.selected]) }, "Add these words")
        : null) : null);
}

function short(said: string): string {
  return said.length > 30 ? `${said.slice(0, 28)}…` : said;
}

function choice(editor: Editor, record: Entry, column: Column, id: string): Node {
  const now = record.values[column.name];
  const settled = record.row[column.name];
  const empty = column.required ? null : h("option", { value: "" }, now === undefined && settled ? `${settled} (automatic)` : "–");
  const select = h("select", {
    id, "aria-describedby": `${id}-about`,
    change: (event: Event) => {
      const value = (event.target as HTMLSelectElement).value;
      void editor.act({ do: "change", id: record.id, values: { [column.name]: value || null } });
    },
  }, empty, column.labels.map((one) => h("option", { value: one.name }, `${one.name} – ${one.description}`)));
  select.value = now === undefined ? "" : String(now);
  return h("div", {}, h("label", { for: id }, label(column)), select);
}

function tick(editor: Editor, record: Entry, column: Column, id: string): Node {
  const now = record.values[column.name];
  const settled = (record.row[column.name] ?? column.default) === true ? "yes" : "no";
  const select = h("select", {
    id, "aria-describedby": `${id}-about`,
    change: () => void editor.act({ do: "change", id: record.id, values: { [column.name]: select.value ? select.value === "true" : null } }),
  }, h("option", { value: "" }, now === undefined ? `${settled} (automatic)` : "automatic"),
    h("option", { value: "true" }, "yes"), h("option", { value: "false" }, "no"));
  select.value = now === undefined ? "" : String(now);
  return h("div", {}, h("label", { for: id }, label(column)), select);
}

function typed(editor: Editor, record: Entry, column: Column, id: string): Node {
  const now = record.values[column.name];
  const settled = record.row[column.name];
  const hint = now === undefined && settled != null && typeof settled !== "object" ? `${settled} (automatic)` : "";
  const operation = (): Operation => ({ do: "change", id: record.id, values: { [column.name]: input.value.trim() || null } });
  const input = h("input", {
    id, type: "text", value: now === undefined ? "" : String(now), placeholder: hint, autocomplete: "off", "aria-describedby": `${id}-about`,
    list: column.key ? "registry-keys" : null, "data-was": now === undefined ? "" : String(now),
    input: () => preview(editor, operation, record.id),
    change: () => {
      if (input.value.trim() !== String(now ?? "")) void editor.act(operation());
    },
  });
  return h("div", {}, h("label", { for: id }, label(column)), input);
}

function links(editor: Editor, record: Entry, column: Column, id: string): Node {
  const { state } = editor;
  const value = record.values[column.name];
  const now: string[] = Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)];
  const put = (next: string[]) =>
    editor.act({ do: "change", id: record.id, values: { [column.name]: next.length ? (column.many ? next : next[0]) : null } });
  const others = state.view.records.filter((r) => column.refers.includes(r.layer) && r.id !== record.id && !now.includes(r.id));
  const select = h("select", {
    id, "aria-describedby": `${id}-about`,
    change: () => select.value && void put(column.many ? [...now, select.value] : [select.value]),
  }, h("option", { value: "" }, column.many || !now.length ? "Link to …" : "Link to a different one …"),
    others.map((r) => h("option", { value: r.id }, `${r.id}: ${named(state, r)}`)));
  const chips = now.map((name) => {
    const target = recordOf(state, local(name));
    return h("span", { class: "chip" }, h("button", { type: "button", class: "link", click: () => editor.open(local(name)) }, `${name}: ${target ? named(state, target) : "?"}`),
      h("button", { type: "button", "aria-label": `Remove the link to ${name}`, click: () => put(now.filter((n) => n !== name)) }, "×"));
  });
  return h("div", {}, h("label", { for: id }, label(column)), chips, select);
}

let waiting = 0;
/** While you type, show the record as it would be, with its findings. */
function preview(editor: Editor, operation: () => Operation, record: string): void {
  const mine = ++waiting;
  setTimeout(async () => {
    if (mine !== waiting) return;
    try {
      const seen = await api.preview(editor.state.view.id, operation());
      if (mine !== waiting || editor.state.open !== record) return;
      const place = byId("computed");
      const fresh = seen.record && computed(seen.record);
      if (place && fresh) place.replaceWith(fresh);
      byId("form-findings").replaceChildren(...seen.findings.map(findingLine));
    } catch (error) {
      byId("form-findings")?.replaceChildren(h("p", { class: "finding-line error" }, (error as Error).message));
    }
  }, 250);
}

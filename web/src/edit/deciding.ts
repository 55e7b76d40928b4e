/** Adjudication: the annotators' versions side by side, and the decision. */
import { byId, h, tell } from "./dom";
import type { Editor } from "./main";
import { title, words } from "./state";
import type { Difference, Differences } from "./types";

export function drawDeciding(editor: Editor): void {
  const held = editor.state.differences;
  const place = byId("panel");
  if (!held) {
    place.replaceChildren(h("p", {}, "Reading the raw annotations …"));
    return;
  }
  const name = h("input", { id: "decider", type: "text", placeholder: "your-name", value: held.by, autocomplete: "off" });
  const compare = h("button", { type: "button", id: "compare", class: held.names.length && held.open ? "" : "primary",
    click: () => editor.act({ do: "compare", by: name.value.trim() }) },
    held.names.length ? "Carry out the decisions" : "Compare the annotators");
  place.replaceChildren(
    h("section", { class: "deciding" },
      h("h2", {}, held.names.length ? `${held.names.join(" and ")}: ${held.open} of ${held.rows.length} differences to decide` : "Nothing is compared yet"),
      h("p", {}, held.names.length
        ? "For each difference, choose who is right and say why. Then carry out the decisions to change the gold."
        : `Annotators of this article: ${held.annotators.join(", ") || "none"}. Two must have finished annotations.`),
      h("p", {}, h("label", { for: "decider" }, "Adjudicator "), name, " ", compare),
      h("ol", { class: "differences" }, held.rows.map((row) => difference(editor, held, row)))),
  );
}

function difference(editor: Editor, held: Differences, row: Difference): HTMLElement {
  const id = `difference-${row.row}`;
  const reason = h("input", { id: `${id}-reason`, type: "text", value: row.reason, autocomplete: "off" });
  const decide = () => {
    const chosen = item.querySelector<HTMLInputElement>(`input[name="${id}"]:checked`);
    if (!chosen || !reason.value.trim()) {
      tell("Give both a choice and a reason", true);
      (chosen ? reason : item.querySelector("input"))?.focus();
      return;
    }
    void editor.act({ do: "decide", row: row.row, choice: chosen.value, reason: reason.value.trim() });
  };
  const item: HTMLElement = h("li", { class: row.choice && row.reason ? "decided" : "open-row", id },
    h("h3", {}, `${title(row.layer)}: ${row.field ? row.field.replace(/_/g, " ") : "does this annotation belong in the gold?"}`),
    h("div", { class: "sides" }, held.names.map((name) => side(editor, row, name)), row.sides.gold ? side(editor, row, "gold") : null),
    row.notes.map((line) => h("p", { class: "about" }, line)),
    h("fieldset", { class: "decision" }, h("legend", {}, row.field ? "Who is right?" : "Keep it or drop it?"),
      row.choices.map((choice) => {
        const one = h("input", { type: "radio", name: id, id: `${id}-${choice}`, value: choice, checked: choice === row.choice });
        return h("span", { class: "radio" }, one, h("label", { for: `${id}-${choice}` }, choice));
      })),
    h("p", {}, h("label", { for: `${id}-reason` }, "Reason "), reason, " ",
      h("button", { type: "button", class: row.choice && row.reason ? "" : "primary", "data-decide": row.row, click: decide },
        row.choice && row.reason ? "Change the decision" : "Decide")));
  return item;
}

function side(editor: Editor, row: Difference, name: string): HTMLElement {
  const held = row.sides[name];
  if (!held) return h("div", { class: "side none" }, h("h4", {}, name), h("p", {}, "does not have this annotation"));
  return h("div", { class: "side" }, h("h4", {}, `${name} `, h("code", {}, held.id)),
    row.field && held.value !== null && held.value !== words(editor.state, held.spans) ? h("p", {}, h("strong", {}, held.value)) : null,
    h("blockquote", {}, words(editor.state, held.spans)),
    row.field ? (held.value === null ? h("p", { class: "none" }, "no value") : null)
      : h("dl", {}, Object.entries(held.values).flatMap(([key, value]) => [h("dt", {}, key), h("dd", {}, typeof value === "string" ? value : JSON.stringify(value))])),
    held.spans.length ? h("button", { type: "button", class: "link", click: () => editor.show(held.spans) }, "Show in the text") : null);
}

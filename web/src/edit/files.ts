/** The files as text, and what to do if one was changed outside the editor. */
import { api } from "./api";
import { byId, h, tell } from "./dom";
import type { Editor } from "./main";
import type { Clash } from "./types";

export function drawFiles(editor: Editor): void {
  const { view } = editor.state;
  const names = view.files.map((f) => f.file).concat(editor.shared());
  const area = h("textarea", { id: "file-text", spellcheck: "false", rows: "28", "aria-label": "The file as text" });
  const choose = h("select", { id: "file-name", change: () => void load() }, names.map((name) => h("option", { value: name }, name)));
  async function load(): Promise<void> {
    try {
      area.value = (await api.file(view.id, choose.value)).text;
    } catch (error) {
      tell((error as Error).message, true);
    }
  }
  byId("panel").replaceChildren(
    h("section", { class: "files" },
      h("h2", {}, "The file as text"),
      h("p", {}, "The editor writes everything you do to these files. You can also edit them here."),
      h("p", {}, h("label", { for: "file-name" }, "File "), choose),
      area,
      h("div", { class: "buttons" },
        h("button", { type: "button", class: "primary", id: "take-over", click: () => editor.act({ do: "text", file: choose.value, text: area.value }) }, "Apply this text"),
        h("button", { type: "button", click: () => void load() }, "Reload")),
      view.unsaved.length ? h("div", { class: "buttons" }, h("button", { type: "button", class: "danger", id: "revert", click: () => editor.travel("revert") }, "Go back to the saved files")) : null));
  void load();
}

export function drawClashes(editor: Editor): void {
  const { clashes } = editor.state.view;
  byId("clashes").replaceChildren(...clashes.map((clash) => one(editor, clash)));
}

function one(editor: Editor, clash: Clash): HTMLElement {
  const lines = (list: string[]) => h("pre", { tabindex: "0" }, list.map((line) =>
    h("span", { class: line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "" }, `${line}\n`)));
  return h("section", { class: "clash", role: "alert" },
    h("h2", {}, `${clash.file} was changed outside the editor`),
    h("p", {}, "Nothing was lost or overwritten. Compare both versions and choose."),
    h("div", { class: "sides" },
      h("div", { class: "side" }, h("h3", {}, "Outside"), clash.gone ? h("p", {}, "The file was deleted") : lines(clash.outside)),
      h("div", { class: "side" }, h("h3", {}, "Here, unsaved"), lines(clash.here))),
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "primary", "data-clash": "both", click: () => editor.settle(clash.file, "both") }, "Keep both"),
      h("button", { type: "button", "data-clash": "mine", click: () => editor.settle(clash.file, "mine") }, "Keep both; prefer mine"),
      h("button", { type: "button", class: "danger", "data-clash": "theirs", click: () => editor.settle(clash.file, "theirs") }, "Drop mine")));
}

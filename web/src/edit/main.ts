/** The editor: asks the server, shows its answers, and turns keys and mouse events into operations. */
import { Refused, api, firstArticle } from "./api";
import { drawDeciding } from "./deciding";
import { byId, h, tell } from "./dom";
import { drawClashes, drawFiles } from "./files";
import { listenToKeys } from "./keys";
import { choices, drawPanel, inOrder, needed } from "./panel";
import { type State, type Tab, layerOf, title } from "./state";
import { drawText, exact, placeOf, recordsAt, snapped, tokenAt } from "./text";
import type { Ghost, Operation, Span, View } from "./types";
import { Offsets } from "../offsets";

const LOOK = 3000; // milliseconds between checks for changes on disk

export class Editor {
  state!: State;
  private busy = Promise.resolve();
  /** Whether the mouse is selecting words, and whether to draw once it has finished. */
  private drawing = false;
  private late = false;

  async begin(): Promise<void> {
    const start = await api.start();
    const first = start.articles.some((a) => a.id === firstArticle) ? firstArticle : (start.articles[0]?.id ?? "");
    const view = await api.article(first);
    this.state = {
      start, view, text: new Offsets(view.text), selected: [], cursor: 0, anchor: 0, open: "", ghost: -1,
      tab: "annotate", choosing: "", further: false, hidden: new Set(), differences: null,
    };
    const select = byId("article") as HTMLSelectElement;
    select.replaceChildren(...start.articles.map((a) => h("option", { value: a.id }, a.title ? `${a.id} – ${a.title}` : a.id)));
    select.value = first;
    select.addEventListener("change", () => void this.turnTo(select.value));
    byId("who").textContent = start.by ? `Annotator ${start.by}: you do not see anyone else’s annotations` : "";
    byId("tab-decide").hidden = !!start.by;
    this.listen();
    this.draw();
    void this.judge();
    if (view.recovered) tell(`Unsaved changes were recovered (${view.recovered} step${view.recovered > 1 ? "s" : ""}). Save them, or go back to the saved files under “Files”.`);
    setInterval(() => void this.lookAtDisk(), LOOK);
  }

  async turnTo(article: string): Promise<void> {
    await this.asking(async () => {
      const view = await api.article(article);
      Object.assign(this.state, { text: new Offsets(view.text), selected: [], cursor: 0, anchor: 0, open: "", ghost: -1, differences: null });
      this.take(view);
      if (this.state.tab === "decide") this.turn("decide");
    });
  }

  /** Do one thing after the other; if one is refused, show the message and the present state. */
  asking(what: () => Promise<void>): Promise<void> {
    this.busy = this.busy.then(async () => {
      try {
        await what();
        byId("alert").textContent = "";
      } catch (error) {
        tell((error as Error).message, true);
        if (error instanceof Refused && error.status === 409) this.take(await api.article(this.state.view.id));
      }
    }).catch((error: Error) => tell(error.message, true));
    return this.busy;
  }

  act(operation: Operation): Promise<void> {
    return this.asking(async () => {
      const view = await api.do(this.state.view.id, this.state.view.version, operation);
      const { state } = this;
      state.selected = [];
      state.choosing = "";
      state.further = false;
      if (operation.do === "delete") state.open = "";
      else if (view.selected) state.open = view.selected;
      this.take(view);
    });
  }

  travel(how: "undo" | "redo" | "save" | "revert"): Promise<void> {
    return this.asking(async () => this.take(await api.travel(how, this.state.view.id, this.state.view.version)));
  }

  settle(file: string, how: "both" | "mine" | "theirs"): Promise<void> {
    const { id, version } = this.state.view;
    return this.asking(async () =>
      this.take(how === "theirs" ? await api.take(id, version, file) : await api.merge(id, version, file, how === "mine")));
  }

  /** Show the present state, as the server sent it. */
  take(view: View): void {
    const { state } = this;
    const before = state.view;
    state.view = view;
    if (!view.checked && before.id === view.id) {
      // until the checks have run, keep the findings on records that still exist
      const ids = new Set(view.records.map((r) => r.id));
      view.findings = before.findings.filter((f) => !f.record || ids.has(f.record));
      Object.assign(view, { errors: before.errors, missing_keys: before.missing_keys });
    }
    if (!view.records.some((r) => r.id === state.open)) state.open = "";
    if (state.ghost >= view.ghosts.length) state.ghost = view.ghosts.length - 1;
    if (view.said) tell(`${view.said[0]!.toUpperCase()}${view.said.slice(1)}`);
    this.draw();
    void this.judge();
    if (state.tab === "decide") void this.readDifferences();
  }

  /** Ask for the findings on the present state; drop them if the state has changed meanwhile. */
  async judge(): Promise<void> {
    const { view } = this.state;
    if (view.checked) return;
    try {
      const found = await api.findings(view.id);
      if (this.state.view !== view || found.version !== view.version) return;
      Object.assign(view, found, { checked: true });
      this.draw(true);
    } catch (error) {
      tell((error as Error).message, true);
    }
  }

  async lookAtDisk(): Promise<void> {
    if (document.hidden) return;
    try {
      const seen = await api.status();
      document.body.classList.remove("alone");
      const known = this.state.view.clashes.map((c) => c.file).join();
      if (seen.version !== this.state.view.version || seen.clashes.join() !== known)
        await this.asking(async () => this.take(await api.article(this.state.view.id)));
    } catch (error) {
      if (!document.body.classList.contains("alone")) tell((error as Error).message, true);
      document.body.classList.add("alone");
    }
  }

  /** Draw everything; if `only` news from the server is drawn, keep the field that is being typed in. */
  draw(only = false): void {
    const { state } = this;
    if (this.drawing) {
      this.late = true;
      return;
    }
    const typing = document.activeElement as HTMLInputElement | null;
    const kept = only && typing?.dataset.was !== undefined && typing.value !== typing.dataset.was;
    const focused = document.activeElement?.id;
    const { view } = state;
    drawText(state);
    if (state.tab === "annotate" && !kept) drawPanel(this);
    this.drawBar();
    drawClashes(this);
    byId("registry-keys").replaceChildren(...view.registry.map((row) => h("option", { value: row.key }, `${row.name} (${row.type})`)));
    if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  }

  private drawBar(): void {
    const { view } = this.state;
    const button = (id: string, on: boolean, said: string) => {
      const one = byId(id) as HTMLButtonElement;
      one.disabled = !on;
      one.title = said;
    };
    button("undo", !!view.undo, view.undo ? `Undo: ${view.undo} (Ctrl+Z)` : "Nothing to undo");
    button("redo", !!view.redo, view.redo ? `Redo: ${view.redo} (Ctrl+Y)` : "Nothing to redo");
    button("save", view.unsaved.length > 0, view.unsaved.length ? `Save ${view.unsaved.join(", ")} (Ctrl+S)` : "Everything is saved");
    const count = view.unsaved.length;
    byId("unsaved").textContent = count ? `${count} unsaved file${count > 1 ? "s" : ""}` : "Saved";
    byId("next-said").textContent = view.checked || view.next.do === "ghost" || view.next.do === "clash" ? view.next.said : "Checking …";
    const go = byId("next") as HTMLButtonElement;
    const names: Record<string, string> = { ghost: "Show the next (N)", finding: "Show the next (F)", save: "Save", status: "Mark as complete", text: "Open the file", clash: "Show both versions", decide: "Decide" };
    go.hidden = !view.next.do || (!view.checked && view.next.do !== "ghost" && view.next.do !== "clash");
    go.textContent = names[view.next.do] ?? "";
    go.dataset.do = view.next.do;
    document.title = `${count ? "• " : ""}${view.id} – VouchBank`;
  }

  /** Do the proposed next step. */
  goOn(): void {
    const { view } = this.state;
    switch (view.next.do) {
      case "ghost": return this.look(this.nextGhost());
      case "finding": return this.nextFinding();
      case "save": return void this.travel("save");
      case "text": return this.turn("files");
      case "clash": return byId("clashes").scrollIntoView();
      case "decide": return this.turn("decide");
      case "status": {
        const file = view.files.find((f) => f.status === "draft" || f.status === "missing");
        if (file) void this.act({ do: "head", file: file.name, values: { status: "complete" } });
      }
    }
  }

  turn(tab: Tab): void {
    this.state.tab = tab;
    for (const one of ["annotate", "decide", "files"])
      byId(`tab-${one}`).setAttribute("aria-pressed", String(one === tab));
    if (tab === "files") drawFiles(this);
    else if (tab === "decide") {
      drawDeciding(this);
      void this.readDifferences();
    } else this.draw();
  }

  private async readDifferences(): Promise<void> {
    try {
      this.state.differences = await api.differences(this.state.view.id);
      if (this.state.tab === "decide") drawDeciding(this);
    } catch (error) {
      tell((error as Error).message, true);
    }
  }

  open(id: string): void {
    Object.assign(this.state, { open: id, ghost: -1, choosing: "", tab: "annotate" });
    this.turn("annotate");
    if (id) {
      document.querySelector(".seg.open")?.scrollIntoView({ block: "nearest" });
      byId("panel").querySelector<HTMLElement>("h2")?.scrollIntoView({ block: "nearest" });
    }
  }

  select(spans: Span[]): void {
    Object.assign(this.state, { selected: spans, choosing: "", further: false });
    if (spans.length) this.state.ghost = -1;
    this.turn("annotate");
    if (spans.length) byId("heard").textContent = `Selected: ${spans.map(([s, e]) => this.state.text.slice(s, e)).join(", and ")}`;
  }

  show(spans: Span[]): void {
    this.state.selected = spans;
    drawText(this.state);
    this.state.selected = [];
    document.querySelector(".seg.selected")?.scrollIntoView({ block: "center" });
  }

  /** Select a span: alone or, if further words were asked for, together with the present selection. */
  stretch(span: Span | null, further: boolean): void {
    if (!span) return;
    const { selected, further: asked } = this.state;
    const apart = selected.filter(([s, e]) => e <= span[0] || span[1] <= s);
    this.select(further || asked ? [...apart, span].sort((a, b) => a[0] - b[0]) : [span]);
  }

  more(): void {
    this.state.further = !this.state.further;
    this.draw();
  }

  choose(layer: string): void {
    const { state } = this;
    if (layer && !choices(this, layer).length) return this.make(layer, "");
    state.choosing = layer;
    this.draw();
    byId("panel").querySelector<HTMLElement>("[data-label]")?.focus();
  }

  /** Make a record of the selection. */
  make(layer: string, chosen: string): void {
    const { selected } = this.state;
    const column = needed(this, layer);
    const role = layer === "attributions" ? chosen : layer === "quantities" ? "number" : "span";
    const values = column && layer !== "attributions" ? { [column.name]: chosen } : {};
    void this.act({ do: "add", layer, spans: { [role]: selected }, values });
  }

  look(at: number): void {
    Object.assign(this.state, { ghost: at, selected: [], open: "" });
    this.turn("annotate");
    document.querySelector(".looked-at")?.scrollIntoView({ block: "nearest" });
    byId("panel").querySelector<HTMLElement>("#accept")?.focus();
  }

  nextGhost(): number {
    const { ghost, view } = this.state;
    return view.ghosts.length ? (ghost + 1) % view.ghosts.length : -1;
  }

  nextFinding(): void {
    const { view, open } = this.state;
    const of = view.findings.filter((f) => f.record && !f.waived).map((f) => f.record);
    const next = of[(of.indexOf(open) + 1) % of.length];
    this.open(next ?? "");
    if (!next) byId("panel").querySelector(".findings")?.scrollIntoView({ block: "nearest" });
  }

  accept(ghost: Ghost): void {
    void this.act({ do: "add", layer: ghost.layer, spans: { [ghost.column]: [[ghost.start, ghost.end]] } });
    this.state.ghost = -1;
  }

  /** A number or quotation is not a record: save why, and show the next one. */
  dismiss(ghost: Ghost, reason: string): void {
    const at = this.state.ghost;
    void this.act({ do: "add", layer: ghost.other, spans: { span: [[ghost.start, ghost.end]] }, values: { reason } }).then(() => {
      this.state.open = "";
      this.look(Math.min(at, this.state.view.ghosts.length - 1));
    });
  }

  shared(): string[] {
    const folder = this.state.view.files[0]?.file.split("/").slice(0, -2).join("/") ?? "annotations";
    return this.state.start.by ? [] : this.state.start.schema.shared.map((t) => `${folder}/${t.file}.toml`);
  }

  private listen(): void {
    for (const how of ["undo", "redo", "save"] as const) byId(how).addEventListener("click", () => void this.travel(how));
    byId("next").addEventListener("click", () => this.goOn());
    for (const tab of ["annotate", "decide", "files"] as const) byId(`tab-${tab}`).addEventListener("click", () => this.turn(tab));
    byId("text").addEventListener("mousedown", () => (this.drawing = true));
    document.addEventListener("mouseup", (event) => {
      const [began, late] = [this.drawing, this.late];
      this.drawing = this.late = false;
      if (began) this.mouse(event);
      if (late) this.draw(true);
    });
    for (const layer of [...inOrder(this.state.start.schema.layers).map((l) => l.name), "ghosts"]) {
      const box = h("input", { type: "checkbox", id: `show-${layer}`, checked: true,
        change: () => (box.checked ? this.state.hidden.delete(layer) : this.state.hidden.add(layer), this.draw()) });
      const sample = layer === "ghosts" ? "ghost" : `L-${layer} R-${layerOf(this.state, layer).anchor[0] === "source" ? "source" : layer === "quantities" ? "number" : "span"}`;
      byId("legend").append(h("span", {}, box, h("label", { for: `show-${layer}`, class: `sample ${sample}` }, layer === "ghosts" ? "Not accounted for" : title(layer))));
    }
    listenToKeys(this);
  }

  private mouse(event: MouseEvent): void {
    const chosen = getSelection();
    const { state } = this;
    const further = event.ctrlKey || event.metaKey || event.shiftKey;
    if (chosen && !chosen.isCollapsed && chosen.rangeCount) {
      const range = chosen.getRangeAt(0);
      const [start, end] = [placeOf(range.startContainer, range.startOffset), placeOf(range.endContainer, range.endOffset)];
      chosen.removeAllRanges();
      if (start === null || end === null) return;
      const span: Span = [start, end];
      this.stretch(event.altKey ? exact(state, span) : snapped(state, span), further);
      return;
    }
    const seg = (event.target as Element).closest<HTMLElement>(".seg");
    if (!seg) return;
    const ids = recordsAt(state, seg);
    state.cursor = state.anchor = tokenAt(state, Number(seg.dataset.s));
    const ghost = ids.find((id) => id.startsWith("ghost:"));
    const own = ids.filter((id) => !id.startsWith("ghost:"));
    if (further || (!ids.length && !state.selected.length)) this.stretch(snapped(state, [Number(seg.dataset.s), Number(seg.dataset.e)]), further);
    else if (own.length) this.open(own[(own.indexOf(state.open) + 1) % own.length]!);
    else if (ghost) this.look(Number(ghost.slice(6)));
    else this.stretch(snapped(state, [Number(seg.dataset.s), Number(seg.dataset.e)]), further);
  }
}

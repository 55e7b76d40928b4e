/** The page of an article: switches, text, card, arrows, raw article. */

import { Arcs } from "./arcs.ts";
import { card, rowOf, SITE, type Places } from "./card.ts";
import { h } from "./dom.ts";
import { LAYERS, spansOf, type Layer } from "./marks.ts";
import { AnnotatedText, LAYER_NAMES } from "./text.ts";
import { RawPage } from "./raw.ts";
import type { Article } from "./types.ts";

const HOVER_OUT = 250; // milliseconds in which the pointer may cross from a word to its card
const HINTS: Record<Layer, string> = {
  quantity: "an amount that a reader could check",
  source: "who says it",
  cue: "the words that attribute",
  content: "what is attributed",
  entity: "a person, place, organisation, thing or time",
  other: "statements of the article itself; numbers that count nothing; words in quotation marks that quote nobody",
};
/** The other spans of a number, shown while its card is open. */
const RELATED = ["measured", "predicate", "arguments", "scope", "per", "property", "title", "justification", "anonymity_reason"];

export class ArticleView {
  readonly text: AnnotatedText;
  private readonly panel: HTMLElement;
  private readonly live: HTMLElement;
  private readonly arcs: Arcs;
  private readonly raw: RawPage | null;
  private active: HTMLElement[] = [];
  private pinned = false;
  private timer = 0;

  /**
   * @param root The element for the view; its static text is replaced.
   * @param article The data.
   * @param places The targets of links.
   */
  constructor(
    root: HTMLElement,
    readonly article: Article,
    private readonly places: Places = SITE,
  ) {
    this.text = new AnnotatedText(article);
    this.panel = h("aside", { class: "panel", "aria-label": "Annotation" });
    this.live = h("p", { class: "sr-only", role: "status" });
    this.arcs = new Arcs(
      this.text,
      (article.layers["attributions"] ?? []).map((row) => row.id),
    );
    const raw = document.getElementById("raw");
    this.raw = raw ? new RawPage(raw, article) : null;
    this.text.root.setAttribute("role", "group");
    this.text.root.setAttribute("aria-label", "Annotated text");
    this.text.root.setAttribute("aria-describedby", "text-keys");
    const keys = h("p", { id: "text-keys", class: "keys" }, ...keysHelp());
    root.replaceChildren(this.toolbar(), h("div", { class: "reading" }, h("div", {}, this.text.root, keys), this.panel), this.live);
    this.rest();
    this.listen();
    this.follow();
  }

  /** Go to an annotation and open its card. */
  open(id: string): boolean {
    const row = rowOf(this.article, id);
    const found = this.text.of(id);
    const element = found.find((one) => one.dataset["layer"] === "cue") ?? found[0];
    if (!element || (!row && !element.classList.contains("changed-removed"))) return false;
    this.reveal(element.dataset["layer"] as Layer);
    this.stand(element);
    this.show(element, true);
    // on a small screen the card covers the lower half, so the words go to the top
    element.scrollIntoView({ block: getComputedStyle(this.panel).position === "fixed" ? "start" : "center" });
    return true;
  }

  private toolbar(): HTMLElement {
    const layers = h("fieldset", { class: "layers" }, h("legend", {}, "Layers"));
    for (const layer of LAYERS) {
      const off = layer === "other";
      const box = h("input", { type: "checkbox", id: `layer-${layer}`, checked: !off });
      const sample = h("span", { class: `m m-${layer} begins ends sample`, "aria-hidden": "true" }, "words");
      layers.append(h("label", { for: box.id, title: HINTS[layer] }, box, sample, h("span", {}, LAYER_NAMES[layer])));
      box.addEventListener("change", () => this.toggle(layer, box.checked));
      if (off) this.text.root.classList.add(`no-${layer}`);
    }
    const more = h("fieldset", { class: "more" }, h("legend", {}, "Show"));
    const removed = this.article.segments.some((segment) => !segment.kept);
    const options: [string, string, (on: boolean) => void, boolean][] = [
      ["arcs", "Arrows from source to cue to content", (on) => this.arcs.show(on), this.text.stops.length > 0],
      ["removed", "Removed lines, and why they were removed", (on) => this.showRemoved(on), removed],
    ];
    for (const [name, said, act, possible] of options) {
      if (!possible) continue;
      const box = h("input", { type: "checkbox", id: `show-${name}` });
      box.addEventListener("change", () => act(box.checked));
      more.append(h("label", { for: box.id }, box, h("span", {}, said)));
    }
    return h("div", { class: "toolbar" }, layers, more, meanings());
  }

  private toggle(layer: Layer, on: boolean): void {
    this.text.root.classList.toggle(`no-${layer}`, !on);
  }

  private reveal(layer: Layer): void {
    const box = document.getElementById(`layer-${layer}`);
    if (box instanceof HTMLInputElement && !box.checked) {
      box.checked = true;
      this.toggle(layer, true);
    }
  }

  private showRemoved(on: boolean): void {
    for (const element of this.text.root.querySelectorAll<HTMLElement>(".removed")) element.hidden = !on;
  }

  private visible(element: HTMLElement): boolean {
    return !this.text.root.classList.contains(`no-${element.dataset["layer"]}`);
  }

  // --- pointer and keys ----------------------------------------------------------------------------

  private listen(): void {
    const { root } = this.text;
    root.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch" || this.pinned) return;
      const element = AnnotatedText.around(event.target).find((one) => this.visible(one));
      clearTimeout(this.timer);
      if (element) this.show(element, false);
      else this.leave();
    });
    root.addEventListener("pointerleave", () => this.leave());
    this.panel.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.panel.addEventListener("pointerleave", () => this.leave());
    root.addEventListener("click", (event) => {
      const around = AnnotatedText.around(event.target).filter((one) => this.visible(one));
      // a second click on the same words goes to the annotation around them
      const at = around.findIndex((one) => this.active.includes(one));
      const element = this.pinned && at >= 0 ? (around[at + 1] ?? around[0]) : around[0];
      if (element) {
        this.stand(element);
        this.show(element, true);
      } else if (!getSelection()?.toString()) this.close();
    });
    root.addEventListener("focusin", (event) => {
      const element = event.target instanceof HTMLElement && event.target.matches(".m") ? event.target : null;
      if (element && element.matches(":focus-visible")) this.show(element, this.pinned);
    });
    root.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && (this.pinned || this.active.length)) this.close(true);
    });
    addEventListener("hashchange", () => this.follow());
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const here = document.activeElement instanceof HTMLElement && document.activeElement.matches(".m") ? document.activeElement : null;
    const steps: Record<string, () => HTMLElement | undefined> = {
      ArrowRight: () => this.step(here, 1),
      ArrowLeft: () => this.step(here, -1),
      ArrowDown: () => this.step(here, 1, "quantity"),
      ArrowUp: () => this.step(here, -1, "quantity"),
      Home: () => this.step(null, 1),
      End: () => this.step(null, -1),
    };
    const move = steps[event.key];
    if (move) {
      const next = move();
      event.preventDefault();
      if (next) {
        this.stand(next);
        next.focus();
        this.show(next, this.pinned);
      }
    } else if ((event.key === "Enter" || event.key === " ") && here) {
      event.preventDefault();
      this.show(here, true);
      this.panel.querySelector<HTMLElement>("a, summary, button")?.focus();
    }
  }

  private step(here: HTMLElement | null, by: 1 | -1, layer?: Layer): HTMLElement | undefined {
    const { stops } = this.text;
    let at = here ? stops.indexOf(here) : by > 0 ? -1 : stops.length;
    for (at += by; at >= 0 && at < stops.length; at += by) {
      const stop = stops[at]!;
      if (this.visible(stop) && (!layer || stop.dataset["layer"] === layer)) return stop;
    }
    return undefined;
  }

  /** Make an element the one that the Tab key reaches. */
  private stand(element: HTMLElement): void {
    const stop = this.text.of(element.dataset["id"] ?? "", element.dataset["layer"])[0] ?? element;
    for (const other of this.text.root.querySelectorAll<HTMLElement>('.m[tabindex="0"]')) other.tabIndex = -1;
    stop.tabIndex = 0;
  }

  // --- the card --------------------------------------------------------------------------------------

  private show(element: HTMLElement, pin: boolean): void {
    const { id = "", layer = "" } = element.dataset;
    this.mark(id);
    this.pinned = pin;
    const close = h("button", { type: "button", class: "close" }, "Close");
    close.addEventListener("click", () => this.close(true));
    const made = card(this.article, id, layer as Layer, this.places);
    const around = AnnotatedText.around(element)
      .slice(1)
      .filter((one) => one.dataset["id"] !== id && this.visible(one));
    if (around.length) made.append(this.within(around));
    this.panel.replaceChildren(made, ...(pin ? [close] : []));
    this.panel.classList.toggle("pinned", pin);
    this.panel.classList.add("has-card");
    if (pin || element === document.activeElement) this.live.textContent = spoken(made);
    this.arcs.focus(id);
  }

  private within(around: HTMLElement[]): HTMLElement {
    const list = h("p", { class: "card-within" }, "Within ");
    around.forEach((one, at) => {
      const { id = "", layer = "" } = one.dataset;
      list.append(at ? " · " : "", h("a", { href: `#${id}` }, id), ` (${LAYER_NAMES[layer as Layer].toLowerCase()})`);
    });
    return list;
  }

  private mark(id: string): void {
    for (const element of this.active) element.classList.remove("active");
    this.active = this.text.of(id);
    for (const element of this.active) element.classList.add("active");
    const held = rowOf(this.article, id);
    if (!("highlights" in CSS)) return;
    const ranges = held ? RELATED.flatMap((column) => spansOf(held.row, column)).map((span) => this.text.range(span.start, span.end)) : [];
    CSS.highlights.set("vb-related", new Highlight(...ranges.filter((range) => range !== null)));
  }

  private leave(): void {
    clearTimeout(this.timer);
    if (!this.pinned) this.timer = setTimeout(() => this.pinned || this.close(), HOVER_OUT) as unknown as number;
  }

  private close(back = false): void {
    const inside = this.panel.contains(document.activeElement);
    const stop = this.active.find((element) => element.hasAttribute("tabindex"));
    this.mark("");
    this.pinned = false;
    this.live.textContent = "";
    this.arcs.focus("");
    this.rest();
    if (back && inside) stop?.focus();
  }

  /** The panel while no card is open. */
  private rest(): void {
    this.panel.classList.remove("pinned", "has-card");
    this.panel.replaceChildren(
      h("p", { class: "panel-hint" }, "Point at marked words, or click them, to see what they claim and who vouches for it"),
    );
  }

  // --- addresses -------------------------------------------------------------------------------------

  private follow(): void {
    const name = decodeURIComponent(location.hash.slice(1));
    const raw = /^raw-(\d+)-(\d+)$/.exec(name);
    if (raw) this.raw?.show(Number(raw[1]), Number(raw[2]));
    else if (name) this.open(name);
  }
}

function meanings(): HTMLElement {
  const list = h("dl", { class: "meanings" });
  const said: [string, string][] = [
    ...LAYERS.map((layer): [string, string] => [LAYER_NAMES[layer], HINTS[layer]]),
    ["[\u22ef] \u2026 [\u22ef]", "one span in several parts"],
    ["Line below line", "a span that contains another one"],
    ["Green words", "words that belong to the open number: what it measures, where, when"],
  ];
  for (const [name, meaning] of said) list.append(h("div", {}, h("dt", {}, name), h("dd", {}, meaning)));
  return h("details", {}, h("summary", {}, "What the marks mean"), list);
}

function keysHelp(): (HTMLElement | string)[] {
  const key = (name: string) => h("kbd", {}, name);
  return ["Keys in the text: ", key("←"), " ", key("→"), " next annotation, ", key("↑"), " ", key("↓"), " next number, ", key("Enter"), " open the card, ", key("Esc"), " close it"];
}

/** The text of a card for a screen reader. */
function spoken(made: HTMLElement): string {
  const kind = made.querySelector(".card-kind")?.textContent ?? "";
  const lead = made.querySelector(".card-lead")?.textContent ?? "";
  const facts = [...made.querySelectorAll(".facts > div")].slice(0, 4).map((one) => `${one.querySelector("dt")?.textContent}: ${one.querySelector("dd")?.textContent}`);
  return [kind, lead, ...facts].filter(Boolean).join(". ");
}


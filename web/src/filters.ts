/** The filters of the front page, kept in its address, and the search of long pages. */

/** The filters; `statuses` is null for all statuses. */
export interface Wanted {
  source: string;
  article: string;
  statuses: readonly string[] | null;
}

export interface Told {
  sources: readonly string[];
  article: string;
  status: string;
}

/** Whether a telling passes the filters. */
export function wanted(told: Told, asked: Wanted): boolean {
  return (
    (!asked.source || told.sources.includes(asked.source)) &&
    (!asked.article || told.article === asked.article) &&
    (asked.statuses === null || asked.statuses.includes(told.status))
  );
}

/** The filters in an address. */
export function asked(search: string): Wanted {
  const held = new URLSearchParams(search);
  const statuses = held.get("status");
  return { source: held.get("source") ?? "", article: held.get("article") ?? "", statuses: statuses === null ? null : statuses.split(" ").filter(Boolean) };
}

/** The address of the filters. */
export function address({ source, article, statuses }: Wanted): string {
  const held = new URLSearchParams();
  if (source) held.set("source", source);
  if (article) held.set("article", article);
  if (statuses !== null) held.set("status", statuses.join(" "));
  const search = held.toString();
  return search ? `?${search}` : "";
}

export function filters(form: HTMLFormElement, root: ParentNode): void {
  const rows = [...root.querySelectorAll<HTMLElement>(".telling")].map((element) => ({
    element,
    told: { sources: (element.dataset["sources"] ?? "").split(" "), article: element.dataset["article"] ?? "", status: element.dataset["status"] ?? "" },
  }));
  const source = form.elements.namedItem("source") as HTMLSelectElement;
  const article = form.elements.namedItem("article") as HTMLSelectElement;
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input[name="status"]')];
  const found = form.querySelector<HTMLElement>(".found");
  const read = (): Wanted => {
    const on = boxes.filter((box) => box.checked).map((box) => box.value);
    return { source: source.value, article: article.value, statuses: on.length === boxes.length ? null : on };
  };
  const apply = (asked: Wanted) => {
    let count = 0;
    for (const { element, told } of rows) {
      element.hidden = !wanted(told, asked);
      count += element.hidden ? 0 : 1;
    }
    for (const group of root.querySelectorAll<HTMLElement>(".figure, .once")) {
      group.hidden = !group.querySelector(".telling:not([hidden])");
    }
    if (found) found.textContent = count === rows.length ? `All ${count} numbers` : `${count} of ${rows.length} numbers`;
  };
  const start = asked(location.search);
  source.value = [...source.options].some((option) => option.value === start.source) ? start.source : "";
  article.value = [...article.options].some((option) => option.value === start.article) ? start.article : "";
  for (const box of boxes) box.checked = start.statuses === null || start.statuses.includes(box.value);
  form.hidden = false;
  apply(read());
  const changed = () => {
    const now = read();
    apply(now);
    history.replaceState(null, "", `${location.pathname}${address(now)}${location.hash}`);
  };
  form.addEventListener("change", changed);
  form.addEventListener("reset", () => setTimeout(changed));
  form.addEventListener("submit", (event) => event.preventDefault());
}

/** Letters in lower case without accents: "nicolas" finds "Nicolás". */
export const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function search(form: HTMLFormElement, root: ParentNode): void {
  const entries = [...root.querySelectorAll<HTMLElement>(".entry")].map((element) => ({ element, text: plain(element.dataset["text"] ?? "") }));
  const input = form.querySelector("input");
  const found = form.querySelector<HTMLElement>(".found");
  if (!input) return;
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  const apply = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { element, text } of entries) {
      element.hidden = !words.every((word) => text.includes(word));
      count += element.hidden ? 0 : 1;
    }
    if (found) found.textContent = words.length ? `${count} of ${entries.length}` : "";
  };
  input.addEventListener("input", apply);
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.hidden) {
      input.value = "";
      apply();
      target.scrollIntoView();
    }
  });
}

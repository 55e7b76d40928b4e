/** Make elements from plain data. Text stays text; nothing here parses markup. */
export type Child = Node | string | null | undefined | false;
type Attributes = Record<string, unknown>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value as EventListener);
    else if (name === "value" || name === "checked" || name === "selected") (made as unknown as Attributes)[name] = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) if (child || child === "") made.append(child);
  return made;
}

export function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}

let said = 0;
/** Show a message, and announce it to screen readers; one that is not an error disappears after a while. */
export function tell(message: string, bad = false): void {
  const place = byId(bad ? "alert" : "said");
  byId(bad ? "said" : "alert").textContent = "";
  place.textContent = message;
  const mine = ++said;
  if (!bad) setTimeout(() => mine === said && (place.textContent = ""), 8000);
}

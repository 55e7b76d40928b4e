/** Make elements. Words of articles become only text nodes and attribute values that are not addresses. */

type Child = globalThis.Node | string | null | undefined | false;

/** An element with attributes and children; strings become text. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number | boolean | null | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element with attributes. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number> = {},
  ...children: globalThis.Node[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag) as SVGElementTagNameMap[K];
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Characters that are invisible or change the direction of the text; the page shows their code instead. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text as nodes; invisible characters are shown by their code and do not affect their neighbours. */
export function shown(text: string): globalThis.Node[] {
  const found: globalThis.Node[] = [];
  let at = 0;
  for (const match of text.matchAll(UNSEEN)) {
    if (match.index > at) found.push(document.createTextNode(text.slice(at, match.index)));
    const code = `U+${match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    // the character itself stays, isolated, so that copied text and offsets in the page are right
    found.push(h("span", { class: "unseen", "data-code": code }, match[0]));
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push(document.createTextNode(text.slice(at)));
  return found;
}

/** The data in a script element of the page that is not executed. */
export function data<T>(id: string): T | null {
  const held = document.getElementById(id)?.textContent;
  return held ? (JSON.parse(held) as T) : null;
}

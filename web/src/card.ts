/** The card of an annotation: what it says, in words. */

import { h, shown } from "./dom.ts";
import { spansOf, type Layer } from "./marks.ts";
import { kindOf } from "./text.ts";
import type { Article, Elsewhere, Group, Row } from "./types.ts";

/** The targets of links. */
export interface Places {
  /** The page of an annotation, which may stand in another article. */
  annotation(article: string, id: string): string;
  /** The row of the registry. */
  registry(key: string): string;
  /** The page of a source. */
  source(key: string): string;
  /** A figure or a claim. */
  group(kind: "figures" | "claims", id: string): string;
  /** A range of the raw article. */
  raw(start: number, end: number): string;
}

export const SITE: Places = {
  annotation: (article, id) => `../articles/${encodeURIComponent(article)}.html#${encodeURIComponent(id)}`,
  registry: (key) => `../registry.html#${encodeURIComponent(key)}`,
  source: (key) => `../sources.html#${encodeURIComponent(key)}`,
  group: (kind, id) => (kind === "figures" ? `../index.html#${encodeURIComponent(id)}` : `../claims.html#${encodeURIComponent(id)}`),
  raw: (start, end) => `#raw-${start}-${end}`,
};

const TABLE_OF: [string, string][] = [
  ["e", "entities"],
  ["q", "quantities"],
  ["a", "attributions"],
  ["s", "assertions"],
  ["nq", "non_quantities"],
  ["na", "non_attributions"],
];

/** The row of an annotation and its table. */
export function rowOf(article: Article, id: string): { table: string; row: Row } | null {
  const prefix = /-([a-z]+)\d+$/.exec(id)?.[1];
  const first = TABLE_OF.find(([known]) => known === prefix)?.[1];
  const tables = [...(first ? [first] : []), ...Object.keys(article.layers)];
  for (const table of tables) {
    const row = article.layers[table]?.find((held) => held.id === id);
    if (row) return { table, row };
  }
  return null;
}

/** The card of an annotation in a layer; of one that is not known what is said of it in a change. */
export function card(article: Article, id: string, layer: Layer, places: Places = SITE): HTMLElement {
  const found = rowOf(article, id);
  const body = h("div", { class: `card card-${layer}` });
  const kind = found?.table === "attributions" ? "Attribution" : kindOf(id, layer);
  body.append(h("p", { class: "card-kind" }, kind, " ", h("a", { class: "card-id", href: `#${id}` }, id)));
  if (found) {
    const { table, row } = found;
    if (table === "quantities") quantity(article, row, places, body);
    else if (table === "entities") entity(article, row, places, body);
    else if (table === "attributions") attribution(article, row, places, body);
    else plain(article, table, row, body);
    groups(article, id, places, body);
    foot(row, places, body);
  }
  for (const change of article.changes.filter((one) => one.subject === id)) {
    body.append(h("p", { class: `card-change changed-${change.kind}` }, ...shown(change.said)));
  }
  return body;
}

function fact(list: HTMLElement, name: string, ...value: (globalThis.Node | string | null)[]): void {
  const held = value.filter((one) => one !== null && one !== "");
  if (held.length) list.append(h("div", {}, h("dt", {}, name), h("dd", {}, ...held)));
}

function facts(body: HTMLElement): HTMLElement {
  const list = h("dl", { class: "facts" });
  body.append(list);
  return list;
}

function words(row: Row, column: string): string {
  return spansOf(row, column)
    .map((span) => span.text)
    .join(" … ");
}

function quoted(row: Row, column: string): globalThis.Node | null {
  const held = words(row, column);
  return held ? h("q", {}, ...shown(held)) : null;
}

/** A label with what it means. */
function label(article: Article, table: string, column: string, value: unknown): globalThis.Node | null {
  if (typeof value !== "string" || !value) return null;
  const meaning = article.labels[`${table}.${column}`]?.[value];
  return h("span", meaning ? { class: "label", title: meaning } : { class: "label" }, value.replaceAll("_", " "));
}

function named(article: Article, key: unknown, places: Places): globalThis.Node | null {
  if (typeof key !== "string" || !key) return null;
  const row = article.registry[key];
  return h("a", { href: places.registry(key) }, ...shown(row?.name ?? key));
}

function wikidata(qid: unknown): globalThis.Node | null {
  if (typeof qid !== "string" || !/^Q\d+$/.test(qid)) return null;
  return h("a", { href: `https://www.wikidata.org/wiki/${qid}`, rel: "noreferrer", class: "outside" }, qid);
}

function local(article: Article, id: string, places: Places, said?: string): HTMLElement {
  const own = id.startsWith(`${article.id}-`);
  const href = own ? `#${id}` : places.annotation(id.replace(/-[a-z]+\d+$/, ""), id);
  return h("a", { href }, ...(said ? shown(said) : [id]));
}

function quantity(article: Article, row: Row, places: Places, body: HTMLElement): void {
  const said = article.said[row.id];
  body.append(h("p", { class: "card-lead" }, ...shown(String(row["statement"] ?? words(row, "span")))));
  const list = facts(body);
  if (said) fact(list, "Interval", h("strong", { class: "interval" }, ...shown(said.interval)));
  fact(list, "Status", h("span", { class: `status status-${String(row["status"])}` }, String(row["status"] ?? "unknown")), ...because(article, row, said?.status ?? "", places));
  const chain = row["vouched_by"] as string[] | null;
  if (chain?.length) fact(list, "Vouched for by", vouching(article, chain, places));
  else fact(list, "Vouched for by", ...shown(said?.vouchers ?? ""));
  fact(list, "Measures", quoted(row, "measured"));
  if (row["measured_of"]) fact(list, "As in", local(article, String(row["measured_of"]), places));
  fact(list, "Scope", quoted(row, "scope"));
  fact(list, "Per", quoted(row, "per"));
  fact(list, "As of", row["as_of"] ? `${row["since"] ? "since " : ""}${day(String(row["as_of"]))}` : "");
  fact(list, "Kind", label(article, "quantities", "dimension", row["dimension"]), row["factuality"] === "actual" ? null : ", ", row["factuality"] === "actual" ? null : label(article, "quantities", "factuality", row["factuality"]));
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** A date without its year in words; any other date as it is written. */
export function day(edtf: string): string {
  const found = /^XXXX-(\d\d)(?:-(\d\d))?$/.exec(edtf);
  const month = MONTHS[Number(found?.[1]) - 1];
  return found && month ? `${month}${found[2] ? ` ${Number(found[2])}` : ""}, year not stated` : edtf;
}

/** The words because of which a number is disputed or unverified. */
function because(article: Article, row: Row, said: string, places: Places): (globalThis.Node | null)[] {
  const why = /\(because of (.*)\)$/s.exec(said)?.[1];
  if (!why) return [];
  const ids = (row["status_by"] as string[] | null) ?? [];
  const links = ids.flatMap((id) => [document.createTextNode(" "), h("small", {}, local(article, id, places))]);
  return [h("span", { class: "because" }, "because of ", ...shown(why), ...links)];
}

/** The chain of vouchers, innermost first: who says so, according to whom. */
function vouching(article: Article, chain: string[], places: Places): HTMLElement {
  const list = h("ol", { class: "chain" });
  for (const id of chain) {
    const found = rowOf(article, id);
    const key = found?.row["source_key"];
    const name = (typeof key === "string" && article.registry[key]?.name) || (found && words(found.row, "source")) || "source not named";
    const cue = found ? words(found.row, "cue") : "";
    const link = typeof key === "string" && key ? h("a", { href: places.source(key) }, ...shown(name)) : h("span", {}, ...shown(name));
    list.append(h("li", {}, link, cue ? " " : null, cue ? h("q", {}, ...shown(cue)) : null, " ", h("small", {}, local(article, id, places))));
  }
  return list;
}

function entity(article: Article, row: Row, places: Places, body: HTMLElement): void {
  body.append(h("p", { class: "card-lead" }, ...shown(words(row, "span"))));
  const list = facts(body);
  const key = row["key"];
  const known = typeof key === "string" ? article.registry[key] : undefined;
  fact(list, "Type", label(article, "entities", "type", row["type"]), row["reading"] ? ", read as " : null, label(article, "entities", "reading", row["reading"]));
  fact(list, "Is", named(article, key, places), known?.description ? " — " : null, ...(known?.description ? shown(known.description) : []));
  fact(list, "Key", typeof key === "string" ? h("code", {}, key) : null);
  fact(list, "Wikidata", wikidata(row["qid"]));
  fact(list, "Title", quoted(row, "title"));
  fact(list, "Value", row["value"] ? h("code", {}, String(row["value"])) : null);
  fact(list, "Form", label(article, "entities", "mention", row["mention"]));
}

function attribution(article: Article, row: Row, places: Places, body: HTMLElement): void {
  const list = facts(body);
  const key = row["source_key"];
  fact(list, "Source", quoted(row, "source") ?? "not named", " ", typeof key === "string" && key ? h("a", { href: places.source(key) }, ...shown(article.registry[key]?.name ?? key)) : null);
  fact(list, "Speaks for", named(article, row["speaks_for"], places), row["capacity"] ? ", " : null, label(article, "attributions", "capacity", row["capacity"]));
  fact(list, "Cue", quoted(row, "cue"));
  fact(list, "Says", quoted(row, "content"));
  fact(list, "To", quoted(row, "addressee"));
  const kinds = ["quotation", "polarity", "certainty", "source_kind"].map((column) => label(article, "attributions", column, row[column])).filter((one) => one !== null);
  fact(list, "Kind", ...kinds.flatMap((one, at) => (at ? [", ", one] : [one])));
  if (row["parent"]) fact(list, "Within", local(article, String(row["parent"]), places));
  const about = (row["about"] as string[] | null) ?? [];
  if (about.length) fact(list, "Answers", ...about.flatMap((id, at) => [at ? ", " : null, local(article, id, places)]));
  const numbers = (article.layers["quantities"] ?? []).filter((one) => (one["vouched_by"] as string[] | null)?.includes(row.id));
  if (numbers.length) {
    fact(list, "Vouches for", h("ul", {}, ...numbers.map((one) => h("li", {}, local(article, one.id, places, String(one["statement"] ?? one.id))))));
  }
}

function plain(article: Article, table: string, row: Row, body: HTMLElement): void {
  body.append(h("p", { class: "card-lead" }, ...shown(words(row, "span") || words(row, "number"))));
  const list = facts(body);
  const reason = row["reason"] ? article.labels[`${table}.reason`]?.[String(row["reason"])] : "";
  fact(list, "Because", reason ? h("span", {}, ...shown(reason)) : label(article, table, "reason", row["reason"]));
  fact(list, "Certainty", label(article, table, "certainty", row["certainty"]));
}

function groups(article: Article, id: string, places: Places, body: HTMLElement): void {
  for (const [kind, held] of [["figures", article.figures], ["claims", article.claims]] as const) {
    for (const group of held) {
      const others = group.others[id];
      if (others?.length) body.append(elsewhere(kind, group, others, places));
    }
  }
}

function elsewhere(kind: "figures" | "claims", group: Group, others: Elsewhere[], places: Places): HTMLElement {
  const list = h("ul", { class: "elsewhere" });
  for (const other of others) {
    const link = h("a", { href: places.annotation(other.article_id, other.id) }, other.article_id);
    list.append(
      h(
        "li",
        {},
        h("span", { class: "elsewhere-words" }, ...shown(other.interval || other.words)),
        h("small", {}, ...shown(other.vouchers), other.status ? ` · ${other.status}` : "", " · article ", link),
        other.relation ? h("small", { class: "relation" }, `this one: ${other.relation}${other.sure ? "" : " (not sure)"}`) : null,
      ),
    );
  }
  const title = kind === "figures" ? "The same figure elsewhere" : "The same claim elsewhere";
  const wrapped = h("details", { class: "card-group" }, h("summary", {}, title, " ", h("span", { class: "count" }, String(others.length))), h("p", {}, h("a", { href: places.group(kind, group.id) }, ...shown(group.label))), list);
  wrapped.open = kind === "figures";
  return wrapped;
}

function foot(row: Row, places: Places, body: HTMLElement): void {
  const first = ["span", "cue", "content", "source", "number"].flatMap((column) => spansOf(row, column))[0];
  if (row.sure === false) body.append(h("p", { class: "card-note" }, "The annotator was not sure"));
  if (row.note) body.append(h("p", { class: "card-note" }, ...shown(row.note)));
  if (first) {
    const href = places.raw(first.raw_start, first.raw_end);
    body.append(h("p", { class: "card-foot" }, h("a", { href }, "Show in the raw page"), h("small", {}, ` paragraph ${row.paragraph_id}, characters ${first.start}–${first.end}`)));
  }
}

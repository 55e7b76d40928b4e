import type { Column, Differences, Entry, Layer, Span, Start, View } from "./types";
import { Offsets } from "../offsets";

export type Tab = "annotate" | "decide" | "files";

/** The state of the page: what the server sent, and what the person is about to do. */
export interface State {
  start: Start;
  view: View;
  text: Offsets;
  /** The selected spans. */
  selected: Span[];
  /** The number of the word at the text cursor. */
  cursor: number;
  /** The number of the word where a selection by keyboard began. */
  anchor: number;
  /** The record that is open in the panel. */
  open: string;
  /** The number of the ghost in the panel: a number or quotation that is not accounted for. */
  ghost: number;
  tab: Tab;
  /** The layer chosen for the selection, while its label is not. */
  choosing: string;
  /** Whether to add to the selection instead of replacing it. */
  further: boolean;
  hidden: Set<string>;
  differences: Differences | null;
}

export function layerOf(state: State, name: string): Layer {
  return state.start.schema.layers.find((layer) => layer.name === name)!;
}

export function recordOf(state: State, id: string): Entry | undefined {
  return state.view.records.find((record) => record.id === id);
}

export function words(state: State, spans: Span[] | undefined): string {
  return (spans ?? []).map(([start, end]) => state.text.slice(start, end)).join(" … ");
}

/** The words that identify a record. */
export function named(state: State, record: Entry): string {
  const layer = layerOf(state, record.layer);
  const first = [...layer.anchor, "span"].find((name) => record.spans[name]?.length);
  const all = words(state, first ? record.spans[first] : []);
  return all.length > 60 ? `${all.slice(0, 57)}…` : all;
}

export const TITLES: Record<string, string> = {
  entities: "Name or mention",
  quantities: "Number",
  attributions: "Who says what",
  assertions: "Statement of the article",
  non_quantities: "Not a quantity",
  non_attributions: "Not a quotation",
};
export const KEYS: Record<string, string> = {
  entities: "e",
  quantities: "q",
  attributions: "a",
  non_quantities: "x",
  non_attributions: "y",
  assertions: "s",
};

export function title(name: string): string {
  return TITLES[name] ?? name.replace(/_/g, " ");
}

export function label(column: Column | string): string {
  const name = typeof column === "string" ? column : column.name;
  return name === "span" ? "words" : name.replace(/_/g, " ");
}

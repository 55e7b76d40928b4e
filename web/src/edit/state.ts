import type { Column, Differences, Entry, Layer, Span, Start, View } from "./types";
import { Offsets } from "../offsets";

export type Tab = "annotate" | "decide" | "files";

/** What the page shows: the truth is the server's, this is the view of it and what the person is about to do. */
export interface State {
  start: Start;
  view: View;
  text: Offsets;
  /** Stretches that are selected and not used yet. */
  selected: Span[];
  /** The word where the keyboard is. */
  cursor: number;
  /** Where the selection by keys began. */
  anchor: number;
  /** The record that is open in the panel. */
  open: string;
  /** Which ghost is looked at. */
  ghost: number;
  tab: Tab;
  /** The layer whose labels are being chosen for the selection. */
  choosing: string;
  /** Add further stretches to the selection instead of beginning anew. */
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

/** The words that say which record it is. */
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
  non_attributions: "Quoted, but nobody’s words",
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

/** The data of an article, as `vouchbank.site.data.article_data` makes it. Offsets are half-open, in code points. */

export interface Span {
  start: number;
  end: number;
  text: string;
  raw_start: number;
  raw_end: number;
}

export interface Row {
  id: string;
  paragraph_id: string;
  sure?: boolean;
  note?: string | null;
  [column: string]: unknown;
}

export interface Paragraph {
  id: string;
  role: string;
  start: number;
  end: number;
}

export interface Segment {
  index: number;
  raw_start: number;
  raw_end: number;
  kept: boolean;
  role: string;
  rule: string;
  paragraph_id: string | null;
}

export interface RegistryRow {
  key: string;
  name: string;
  type: string;
  qid: string | null;
  description: string | null;
  acts_for: string | null;
}

/** A number in words: made together with the table, so that every page says the same. */
export interface Said {
  interval: string;
  vouchers: string;
  status: string;
}

/** An annotation in another article, or one that a card names. */
export interface Elsewhere {
  id: string;
  article_id: string;
  title: string;
  words: string;
  interval: string;
  vouchers: string;
  status: string;
  relation: string;
  reason: string;
  sure: boolean;
}

export interface Group {
  id: string;
  label: string;
  /** For each member in this article, the other members. */
  others: Record<string, Elsewhere[]>;
}

/** A change of one annotation by a pull request. */
export interface Change {
  subject: string;
  layer: string;
  kind: string;
  /** The column that changed, if one did. */
  field: string;
  said: string;
}

/** A removed span, at the place that it would have now. */
export interface Gone {
  id: string;
  layer: string;
  spans: { start: number; end: number }[];
}

export interface Article {
  id: string;
  title: string;
  outlet: string | null;
  text: string;
  paragraphs: Paragraph[];
  raw: string;
  segments: Segment[];
  /** Rows of each layer; null where the layer is missing or a draft that is not shown. */
  layers: Record<string, Row[] | null>;
  registry: Record<string, RegistryRow>;
  figures: Group[];
  claims: Group[];
  said: Record<string, Said>;
  /** The meaning of each label, by table and column. */
  labels: Record<string, Record<string, string>>;
  changes: Change[];
  gone: Gone[];
}

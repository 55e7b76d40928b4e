/** The data that the server sends. Offsets are half-open ranges of code points. */
export type Span = [number, number];

export interface Column {
  name: string;
  kind: string;
  many: boolean;
  required: boolean;
  description: string;
  labels: { name: string; description: string }[];
  default: unknown;
  pattern: string;
  refers: string[];
  key: boolean;
}

export interface Layer {
  name: string;
  title: string;
  description: string;
  prefix: string;
  file: string;
  row: string;
  anchor: string[];
  columns: Column[];
}

export interface Start {
  schema: { layers: Layer[]; shared: Layer[]; head: string[] };
  articles: { id: string; title: string }[];
  by: string;
}

export interface Entry {
  id: string;
  layer: string;
  paragraph: string;
  line: number;
  spans: Record<string, Span[]>;
  values: Record<string, unknown>;
  row: Record<string, unknown>;
  lost: string[];
}

export interface Finding {
  check: string;
  severity: string;
  message: string;
  help: string;
  record: string;
  field: string;
  file: string;
  line: number;
  paragraph: string;
  spans: Span[];
  waived: boolean;
}

export interface Ghost {
  layer: string;
  column: string;
  other: string;
  start: number;
  end: number;
}

export interface LayerFile {
  name: string;
  file: string;
  status: string;
  header: Record<string, string>;
  fault: string;
}

export interface Clash {
  file: string;
  outside: string[];
  here: string[];
  gone: boolean;
}

export interface View {
  id: string;
  by: string;
  text: string;
  paragraphs: { id: string; role: string; start: number; end: number }[];
  tokens: number[];
  records: Entry[];
  ghosts: Ghost[];
  findings: Finding[];
  /** The number of errors in each file that has some. */
  errors: Record<string, number>;
  checked: boolean;
  files: LayerFile[];
  registry: { key: string; name: string; type: string }[];
  missing_keys: string[];
  version: number;
  undo: string;
  redo: string;
  unsaved: string[];
  recovered: number;
  clashes: Clash[];
  next: { do: string; said: string };
  said?: string;
  selected?: string;
}

export type Checked = Pick<View, "findings" | "errors" | "missing_keys" | "version" | "next">;

export interface Side {
  id: string;
  spans: Span[];
  value: string | null;
  values: Record<string, unknown>;
}

export interface Difference {
  row: number;
  line: number;
  layer: string;
  field: string;
  choices: string[];
  choice: string;
  reason: string;
  notes: string[];
  sides: Record<string, Side>;
}

export interface Differences {
  file: string;
  by: string;
  names: string[];
  rows: Difference[];
  open: number;
  annotators: string[];
}

export type Operation = Record<string, unknown> & { do: string };

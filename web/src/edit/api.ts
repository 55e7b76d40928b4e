import type { Checked, Differences, Entry, Finding, Operation, Start, View } from "./types";

export class Refused extends Error {
  constructor(message: string, readonly status: number) {
    super(message);
  }
}

const fragment = new URLSearchParams(location.hash.slice(1));
const token = fragment.get("token") ?? "";
export const firstArticle = fragment.get("article") ?? "";

async function ask<T>(path: string, body: object): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-vouchbank-token": token },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refused(
      "The editor does not respond; it was probably stopped. Your earlier changes are kept. Run `vouchbank edit` again and open the address that it prints.",
      0,
    );
  }
  const held = await answer.json();
  if (!answer.ok) throw new Refused(held.said ?? `The editor returned the status ${answer.status}`, answer.status);
  return held as T;
}

export const api = {
  start: () => ask<Start>("start", {}),
  article: (article: string) => ask<View>("article", { article, later: true }),
  findings: (article: string) => ask<Checked>("findings", { article }),
  status: () => ask<{ version: number; clashes: string[] }>("status", {}),
  do: (article: string, version: number, operation: Operation) => ask<View>("do", { article, version, operation, later: true }),
  preview: (article: string, operation: Operation) =>
    ask<{ record: Entry | null; findings: Finding[] }>("preview", { article, operation }),
  travel: (how: "undo" | "redo" | "save" | "revert", article: string, version: number) =>
    ask<View>(how, { article, version, later: true }),
  take: (article: string, version: number, file: string) => ask<View>("take", { article, version, file, later: true }),
  merge: (article: string, version: number, file: string, mine: boolean) =>
    ask<View>("merge", { article, version, file, mine, later: true }),
  file: (article: string, file: string) => ask<{ file: string; text: string }>("file", { article, file }),
  differences: (article: string) => ask<Differences>("differences", { article }),
};

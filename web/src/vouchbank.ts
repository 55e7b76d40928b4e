/** The pages of the site: each component finds its element and its data in the page. */

import { ArticleView } from "./article.ts";
import { data, h } from "./dom.ts";
import { figures, interval } from "./figures.ts";
import { filters, search } from "./filters.ts";
import type { Article } from "./types.ts";

function start(): void {
  const place = document.getElementById("article");
  const article = data<Article>("article-data");
  if (place && article) new ArticleView(place, article);
  figures(document);
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-filters]")) filters(form, document);
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-search]")) search(form, document);
  for (const key of document.querySelectorAll("[data-marks-key]")) key.append(...marks());
}

/** The legend of the signs of intervals. */
function marks(): HTMLElement[] {
  const of = (lower: number | null, upper: number | null, closed: boolean, approximate: boolean, said: string) => {
    const bounds = { lower, upper, lower_closed: closed, upper_closed: closed, approximate };
    return h("span", { class: "sign" }, interval(bounds, [0, 10], 74), said);
  };
  return [of(5, 5, true, false, "exactly"), of(3, null, true, false, "that or more"), of(3, null, false, false, "more than"), of(5, 5, true, true, "about")];
}

start();

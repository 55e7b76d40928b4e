/** The pages of the site: each component finds its place in the page and its data beside it. */

import { ArticleView } from "./article.ts";
import { data } from "./dom.ts";
import type { Article } from "./types.ts";

function start(): void {
  const place = document.getElementById("article");
  const article = data<Article>("article-data");
  if (place && article) new ArticleView(place, article);
}

start();

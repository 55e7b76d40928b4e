/** The editor of `vouchbank edit`. */
import { byId } from "./edit/dom";
import { Editor } from "./edit/main";

new Editor().begin().catch((error: Error) => {
  byId("alert").textContent = error.message;
  byId("next-said").textContent = "The editor cannot show this article";
});

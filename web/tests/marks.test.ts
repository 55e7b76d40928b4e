import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { byParagraph, LAYERS, marksOf, tree, type Element, type Mark, type Node } from "../src/marks.ts";

const LENGTH = 40;
const text = "abcdefghijklmnopqrstuvwxyz0123456789ABCD";
const slice = (from: number, to: number) => text.slice(from, to);

const mark = (id: string, layer: Mark["layer"], start: number, end: number): Mark => ({ id, layer, start, end, part: 0, parts: 1 });
const marks = fc
  .array(fc.tuple(fc.constantFrom(...LAYERS), fc.nat(LENGTH - 1), fc.integer({ min: 1, max: 20 })), { maxLength: 14 })
  .map((held) => held.map(([layer, start, length], at) => mark(`t-${at}`, layer, start, Math.min(start + length, LENGTH))));

const words = (nodes: readonly Node[]): string => nodes.map((node) => (typeof node === "string" ? node : words(node.children))).join("");
const elements = (nodes: readonly Node[]): Element[] =>
  nodes.flatMap((node) => (typeof node === "string" ? [] : [node, ...elements(node.children)]));

test("a tree has all words once, and each mark its own, however marks cross", () => {
  fc.assert(
    fc.property(marks, (held) => {
      const made = tree(held, 0, LENGTH, slice);
      assert.equal(words(made), text);
      const all = elements(made);
      for (const one of held) {
        const own = all.filter((element) => element.mark === one);
        assert.equal(own.map((element) => words(element.children)).join(""), slice(one.start, one.end));
        assert.equal(own.filter((element) => element.first).length, 1);
        assert.equal(own.filter((element) => element.last).length, 1);
      }
    }),
  );
});

test("a part of the text has the parts of the marks that reach into it", () => {
  const made = tree([mark("t-0", "content", 0, 20)], 10, 30, slice);
  assert.deepEqual(elements(made).map((one) => [words(one.children), one.first, one.last]), [["klmnopqrst", false, true]]);
});

test("lines lie below one another", () => {
  const made = tree([mark("t-0", "source", 0, 9), mark("t-1", "entity", 0, 9), mark("t-2", "entity", 2, 4)], 0, 10, slice);
  assert.deepEqual(elements(made).map((one) => [one.mark.layer, one.lane]), [["source", 2], ["entity", 1], ["entity", 0]]);
});

test("every mark is in each paragraph it touches", () => {
  const paragraphs = [[0, 10], [11, 20], [21, 30]].map(([start, end], at) => ({ id: `p${at + 1}`, role: "body", start: start!, end: end! }));
  const held = byParagraph([mark("t-0", "content", 5, 25), mark("t-1", "cue", 12, 14)], paragraphs);
  assert.deepEqual(held.map((listed) => listed.map((one) => one.id)), [["t-0"], ["t-0", "t-1"], ["t-0"]]);
});

test("rows become marks, fragment by fragment, with what became of them", () => {
  const span = (start: number, end: number) => ({ start, end, text: "", raw_start: start, raw_end: end });
  const found = marksOf({
    layers: { attributions: [{ id: "1-a1", paragraph_id: "p1", content: [span(0, 2), span(5, 9)], cue: [span(3, 4)] }], entities: null },
    changes: [{ subject: "1-a1", layer: "attributions", kind: "moved", field: "content", said: "" }],
    gone: [{ id: "1-e9", layer: "entity", spans: [{ start: 1, end: 2 }] }],
  });
  assert.deepEqual(
    found.map((one) => [one.id, one.layer, one.part, one.parts, one.change]),
    [["1-a1", "cue", 0, 1, undefined], ["1-a1", "content", 0, 2, "moved"], ["1-a1", "content", 1, 2, "moved"], ["1-e9", "entity", 0, 1, "removed"]],
  );
});

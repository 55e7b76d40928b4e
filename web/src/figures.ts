/** Draw the intervals of a figure with Observable Plot: a lane for each telling, all on one axis. */

import * as Plot from "@observablehq/plot";
import { domain, type Bounds } from "./bounds.ts";

const HEIGHT = 30;
const MARGIN = 18; // beside the axis, for arrows and numbers
const HALF_TICK = 7;

interface Lane {
  place: HTMLElement;
  bounds: Bounds;
}

/** Draw every figure of the page, and again whenever its width changes. */
export function figures(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLElement>("table.tellings")) {
    const lanes: Lane[] = [...table.querySelectorAll<HTMLElement>(".lane")].map((place) => ({
      place,
      bounds: JSON.parse(place.dataset["bounds"] ?? "{}") as Bounds,
    }));
    const held = domain(lanes.map((lane) => lane.bounds));
    const axis = table.querySelector<HTMLElement>(".axis");
    if (!held || !axis) continue;
    let width = 0;
    const draw = () => {
      const now = Math.floor(axis.clientWidth);
      if (!now || now === width) return;
      width = now;
      for (const lane of lanes) lane.place.replaceChildren(interval(lane.bounds, held, width));
      axis.replaceChildren(scale(held, width, axis.dataset["unit"] ?? ""));
    };
    new ResizeObserver(draw).observe(axis);
    draw();
  }
}

const shared = (held: [number, number], width: number) => ({
  width,
  marginLeft: MARGIN,
  marginRight: MARGIN,
  className: "plot",
  x: { domain: held, axis: null },
});

/** A bar between the bounds: a filled dot for a closed bound, a hollow dot for an open one, an arrow if it is missing. */
export function interval(bounds: Bounds, held: [number, number], width: number): globalThis.Element {
  const { lower, upper, approximate } = bounds;
  const low = lower ?? held[0];
  const high = upper ?? held[1];
  const some = lower !== null || upper !== null;
  const dots = [
    ...(lower === null ? [] : [{ x: lower, closed: bounds.lower_closed }]),
    ...(upper === null || upper === lower ? [] : [{ x: upper, closed: bounds.upper_closed }]),
  ];
  const open = [...(lower === null ? [-1] : []), ...(upper === null ? [1] : [])];
  const made = Plot.plot({
    ...shared(held, width),
    height: HEIGHT,
    marginTop: 0,
    marginBottom: 0,
    y: { domain: [-1, 1], axis: null },
    marks: [
      Plot.ruleY([0], { stroke: "currentColor", strokeOpacity: 0.22 }),
      ...(some
        ? [
            Plot.link([{}], { x1: low, x2: high, y1: 0, y2: 0, stroke: "currentColor", strokeWidth: 4, strokeLinecap: "round" }),
            ...open.map((way) =>
              Plot.text([{}], { x: way < 0 ? held[0] : held[1], y: 0, text: () => (way < 0 ? "◀" : "▶"), fill: "currentColor", fontSize: 15, dx: way * 4, textAnchor: "middle" }),
            ),
            Plot.dot(dots, {
              x: "x",
              y: 0,
              r: approximate ? 7 : 6,
              symbol: approximate ? "diamond" : "circle",
              fill: (dot: { closed: boolean }) => (dot.closed ? "currentColor" : "var(--card)"),
              stroke: "currentColor",
              strokeWidth: 2.5,
            }),
          ]
        : [Plot.text([{}], { x: (held[0] + held[1]) / 2, y: 0, text: () => "no bound", fill: "currentColor", stroke: "var(--paper)", strokeWidth: 6, fontSize: 12, fontStyle: "italic" })]),
    ],
  });
  return hidden(made);
}

function scale(held: [number, number], width: number, unit: string): globalThis.Element {
  const made = Plot.plot({
    ...shared(held, width),
    height: 34,
    marginTop: 2,
    marginBottom: 30,
    marks: [
      Plot.axisX({ ticks: Math.max(2, Math.round(width / 90)), tickSize: HALF_TICK, label: null, tickFormat: (value: number) => `${value.toLocaleString("en")}`, fontSize: 12 }),
      Plot.ruleY([0], { stroke: "currentColor" }),
    ],
    y: { domain: [0, 1], axis: null },
  });
  made.setAttribute("data-unit", unit);
  return hidden(made);
}

/** Hide a drawing from screen readers; the words beside it say the same. */
function hidden(made: globalThis.Element): globalThis.Element {
  made.setAttribute("aria-hidden", "true");
  made.setAttribute("focusable", "false");
  return made;
}

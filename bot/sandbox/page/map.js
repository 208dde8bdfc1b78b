// The town as SVG: drawn to share a location from, and small inside a message that holds one.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 320;
const MARGIN = 10;

function shape(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

// Degrees to drawing units and back. One scale for both axes: a degree of longitude is shorter by cos(latitude).
export function projection(town) {
  const points = [...town.areas, ...town.streets].flatMap(([, line]) => line);
  const lats = points.map(([lat]) => lat);
  const lons = points.map(([, lon]) => lon);
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)];
  const squeeze = Math.cos(((south + north) / 2) * (Math.PI / 180));
  const scale = (WIDTH - 2 * MARGIN) / ((east - west) * squeeze || 1);
  return {
    height: Math.round((north - south) * scale + 2 * MARGIN),
    toXY: ([lat, lon]) => [MARGIN + (lon - west) * squeeze * scale, MARGIN + (north - lat) * scale],
    toDegrees: ([x, y]) => [north - (y - MARGIN) / scale, west + (x - MARGIN) / (squeeze * scale)],
  };
}

function path(line, toXY) {
  return line.map((point) => toXY(point).map((n) => n.toFixed(1)).join(",")).join(" ");
}

// Areas, streets and their names. `small` leaves the names out.
export function drawTown(town, { small = false } = {}) {
  const plan = projection(town);
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${plan.height}`, class: "town" });
  town.areas.forEach(([, ring], index) =>
    shape("polygon", { points: path(ring, plan.toXY), class: `area tint-${index % 4}` }, svg));
  for (const [, line] of town.streets) shape("polyline", { points: path(line, plan.toXY), class: "street" }, svg);
  for (const [, ring] of town.areas) shape("polygon", { points: path(ring, plan.toXY), class: "border" }, svg);
  if (!small) {
    for (const [label, ring] of town.areas) {
      const corners = ring.map(plan.toXY);
      const xs = corners.map(([x]) => x);
      const ys = corners.map(([, y]) => y);
      const middle = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
      shape("text", { x: middle[0], y: middle[1], class: "area-name" }, svg).textContent = label;
    }
  }
  return { svg, plan };
}

export function dropPin(svg, [x, y], size = 1) {
  const pin = shape("g", { class: "pin", transform: `translate(${x} ${y}) scale(${size})` }, svg);
  shape("path", { d: "M0 0s-7-7.6-7-13a7 7 0 1 1 14 0c0 5.4-7 13-7 13z" }, pin);
  shape("circle", { cx: 0, cy: -13, r: 2.6 }, pin);
  return pin;
}

function distance([x, y], [[ax, ay], [bx, by]]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

function inside([x, y], ring) {
  let odd = false;
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  });
  return odd;
}

// What the caption under the map says of a point: its area and the nearest street.
function nameOf(town, plan, xy) {
  const streets = town.streets.map(([name, line]) => {
    const drawn = line.map(plan.toXY);
    const parts = drawn.slice(1).map((end, index) => [drawn[index], end]);
    return [Math.min(...parts.map((part) => distance(xy, part))), name];
  });
  const near = streets.sort(([a], [b]) => a - b)[0];
  const area = town.areas.find(([, ring]) => inside(xy, ring.map(plan.toXY)));
  return [near ? `Near ${near[1]}` : "", area ? area[0] : "outside every area"].filter(Boolean).join(", ");
}

// A map to choose a point from, by pointer or by keys. `chosen(lat, lon)` is called once, `moved(words)` often.
export function choosePoint(town, { chosen, moved }) {
  const { svg, plan } = drawTown(town);
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-label", `Map of ${town.name}. Arrow keys move the mark, Enter shares it.`);
  let at = [WIDTH / 2, plan.height / 2];
  const pin = dropPin(svg, at);
  const move = ([x, y]) => {
    at = [Math.max(0, Math.min(WIDTH, x)), Math.max(0, Math.min(plan.height, y))];
    pin.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
    moved(nameOf(town, plan, at));
  };
  const pointed = (event) => {
    const box = svg.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * plan.height];
  };
  svg.addEventListener("pointermove", (event) => move(pointed(event)));
  svg.addEventListener("click", (event) => {
    move(pointed(event));
    chosen(...plan.toDegrees(at));
  });
  const steps = { ArrowLeft: [-6, 0], ArrowRight: [6, 0], ArrowUp: [0, -6], ArrowDown: [0, 6] };
  svg.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      chosen(...plan.toDegrees(at));
    } else if (steps[event.key]) {
      event.preventDefault();
      move([at[0] + steps[event.key][0], at[1] + steps[event.key][1]]);
    }
  });
  return svg;
}

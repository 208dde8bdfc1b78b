// A place in a bubble: a point, a point that moves, or a venue with its name.

import { button, clock, element } from "./dom.js";
import { drawTown, dropPin } from "./map.js";

const ENDLESS = 0x7fffffff; // Bot API, live_period: shared until it is stopped

function card(town, { latitude, longitude }, live) {
  if (!town?.areas.length) return null;
  const { svg, plan } = drawTown(town, { small: true });
  const [x, y] = plan.toXY([latitude, longitude]);
  svg.setAttribute("viewBox", `${x - 75} ${y - 48} 150 80`);
  svg.setAttribute("aria-hidden", "true");
  dropPin(svg, [x, y], 0.8).classList.toggle("live", live);
  return svg;
}

// The second at which a live location ends; infinite where nothing but its sharer ends it.
export function liveEnd({ date, location }) {
  if (!location?.live_period) return 0;
  return location.live_period === ENDLESS ? Infinity : date + location.live_period;
}

function liveWords(end, now) {
  if (end === Infinity) return "Live until stopped";
  return end > now ? `Live until ${clock(end)}` : "Live location, ended";
}

export function place(message, { town, actions }) {
  const { location, venue, edit_date: edited } = message;
  const now = Date.now() / 1000;
  const end = liveEnd(message), live = end > now;
  const where = `${location.latitude.toFixed(4)}, ${location.longitude.toFixed(4)}`;
  const made = element("div", { className: venue ? "place venue" : "place" }, card(town, location, live));
  if (venue) {
    made.append(element("b", {}, venue.title), element("span", {}, venue.address));
  } else if (end || edited) { // nothing but a live location is ever edited
    if (live) made.dataset.until = end;
    made.append(element("b", { className: live ? "live" : "" }, liveWords(end, now)), element("span", {}, where));
  } else {
    made.append(element("span", {}, `Location ${where}`));
  }
  if (live && !message.from.is_bot) {
    made.append(element("div", { className: "row" },
      town ? button("Move", () => actions.moveLive(message)) : null,
      button("Stop", () => actions.stopLive(message))));
  }
  return made;
}

// Pictures, files and voice messages as parts of a bubble; those of one album stand together.

import { button, element, icon, minutes } from "./dom.js";

const address = (file) => `/sandbox/file/${file.file_id}`;

export function photo(message, actions) {
  const size = message.photo[message.photo.length - 1];
  const words = message.caption || "Picture without words";
  const image = element("img", {
    src: address(size), alt: words, width: size.width, height: size.height, draggable: false,
  });
  return button(image, () => actions.open(image.src, words), {
    className: "photo", "aria-label": `Open picture: ${words.split("\n")[0]}`,
  });
}

// The pictures of an album as tiles: two in a row, the first alone where they are an odd number.
export function tiles(messages, actions) {
  return element("div", { className: "tiles" }, ...messages.map((message) => photo(message, actions)));
}

export function bytes(count) {
  if (count < 1000) return `${count} bytes`;
  const [size, unit] = count < 1e6 ? [count / 1e3, "kB"] : [count / 1e6, "MB"];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

export function file({ document: kept }) {
  const size = bytes(kept.file_size);
  return element("a", {
    className: "file", href: address(kept), download: kept.file_name,
    "aria-label": `Download ${kept.file_name}, ${size}`,
  }, element("span", { className: "round" }, icon("file")),
  element("span", {}, element("b", {}, kept.file_name), element("small", {}, size)));
}

let playing = null; // one voice at a time

// A small player. The sandbox serves whole files, so there is nothing to wind to.
export function voice({ voice: kept }) {
  const sound = new Audio();
  sound.preload = "none";
  sound.src = address(kept);
  const left = element("span", { className: "left" }, minutes(kept.duration));
  const line = element("progress", { max: 1, value: 0, "aria-hidden": "true" });
  const play = button(icon("play"), () => (sound.paused ? sound.play().catch(failed) : sound.pause()), {
    className: "round", "aria-label": `Play voice message, ${minutes(kept.duration)}`,
  });
  const failed = () => { left.textContent = "This browser cannot play it."; };
  const change = (name, words) => {
    play.replaceChildren(icon(name));
    play.setAttribute("aria-label", words);
  };
  sound.addEventListener("play", () => {
    if (playing !== sound) playing?.pause();
    playing = sound;
    change("pause", "Pause voice message");
  });
  sound.addEventListener("pause", () => change("play", `Play voice message, ${minutes(kept.duration)}`));
  sound.addEventListener("timeupdate", () => {
    const whole = Number.isFinite(sound.duration) ? sound.duration : kept.duration;
    line.value = sound.ended || !whole ? 0 : Math.min(1, sound.currentTime / whole);
    left.textContent = minutes(sound.ended ? kept.duration : sound.currentTime);
  });
  return element("div", { className: "voice" }, play, line, left);
}

// A poll or a quiz in a bubble: options to press, and how many chose which once one has voted or it is closed.

import { button, element, icon } from "./dom.js";

const one = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 0 });

function kind(poll) {
  const name = poll.type === "quiz" ? "Quiz" : "Poll";
  return [poll.is_anonymous ? `Anonymous ${name.toLowerCase()}` : name, poll.is_closed ? "closed" : null]
    .filter(Boolean).join(", ");
}

function total({ total_voter_count: votes }) {
  if (!votes) return "No votes";
  return votes === 1 ? "1 vote" : `${votes} votes`;
}

// One option's line after the vote: its share, its bar, and whether one chose it or it is the right answer.
function result(poll, option, index, mine) {
  const share = poll.total_voter_count ? option.voter_count / poll.total_voter_count : 0;
  const right = poll.correct_option_ids?.includes(index);
  const chosen = mine.includes(index);
  const wrong = poll.type === "quiz" && chosen && !right;
  const said = [right ? "right answer" : null, chosen ? "your vote" : null].filter(Boolean).join(", ");
  const bar = element("i", { className: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", share);
  return element("li", { className: `${right ? "right" : ""} ${wrong ? "wrong" : ""} ${chosen ? "chosen" : ""}` },
    element("b", {}, one.format(share)),
    element("span", {}, option.text),
    right || chosen ? icon(wrong ? "close" : "check") : null,
    element("small", {}, String(option.voter_count), element("span", { className: "unseen" }, ` of ${total(poll)}`)),
    said ? element("span", { className: "unseen" }, ` (${said})`) : null,
    bar);
}

// Several options are ticked first and sent together; a single one is sent by its press.
function ballot(message, actions) {
  const { poll } = message;
  const several = poll.allows_multiple_answers;
  const ticked = new Set();
  const send = button("Vote", () => actions.vote(message, [...ticked]), { className: "link", disabled: true });
  const options = poll.options.map((option, index) => {
    const press = button([element("i", { className: several ? "box" : "dot", "aria-hidden": "true" }), option.text], () => {
      if (!several) { actions.vote(message, [index]); return; }
      if (!ticked.delete(index)) ticked.add(index);
      press.setAttribute("aria-pressed", String(ticked.has(index)));
      send.disabled = !ticked.size;
    });
    if (several) press.setAttribute("aria-pressed", "false");
    return element("li", {}, press);
  });
  return [element("ul", { className: "ballot" }, ...options), several ? send : null];
}

export function poll(message, { mine, actions }) {
  const { poll: asked } = message;
  const shown = asked.is_closed || mine.length;
  const again = mine.length && !asked.is_closed && asked.allows_revoting;
  return element("div", { className: "poll", role: "group", "aria-label": `${kind(asked)}: ${asked.question}` },
    element("p", { className: "question" }, asked.question),
    element("p", { className: "kind" }, kind(asked)),
    ...(shown
      ? [element("ul", { className: "results" },
        ...asked.options.map((option, index) => result(asked, option, index, mine)))]
      : ballot(message, actions)),
    element("p", { className: "kind" }, total(asked)),
    again ? button("Take back the vote", () => actions.vote(message, []), { className: "link" }) : null);
}

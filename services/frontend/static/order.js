// Follows one order while it is processed: asks after a second, then more rarely, and tells what changed.
"use strict";

// Hundreds of customers who wait must not be a load of their own.
const FIRST_LOOK_MS = 1000;
const RARER_BY = 1.5;
const RAREST_MS = 5000;
const TICK_MS = 1000;
const DELAYED_MS = 2000;
const NAMES = { processing: "Processing", completed: "Completed", failed: "Not completed" };

const box = document.getElementById("status");
const sentence = document.getElementById("sentence");
const elapsed = document.getElementById("elapsed");
const openedAt = performance.now();

function elapsedMs() {
  return Number(box.dataset.elapsedMs) + performance.now() - openedAt;
}

function say(text) {
  // A screen reader repeats what is written again: write only what is new.
  if (sentence.textContent !== text) sentence.textContent = text;
}

function showWaiting() {
  elapsed.textContent = `for ${Math.floor(elapsedMs() / 1000)} s`;
  if (elapsedMs() >= DELAYED_MS) say(box.dataset.delayed);
}

function showEnd(order) {
  box.className = `status ${order.status}`;
  const badge = document.querySelector("#badge .badge");
  badge.className = `badge ${order.status}`;
  badge.textContent = NAMES[order.status];
  elapsed.textContent = `after ${Math.ceil(elapsedMs() / 1000)} s`;
  say(box.dataset[order.status]);
  document.getElementById("reason-text").textContent = (order.reason || "").replaceAll("_", " ");
  document.getElementById("reason").hidden = !order.reason;
  document.getElementById("again").hidden = order.status !== "failed";
}

async function ask(nextMs) {
  try {
    const answer = await fetch(box.dataset.order, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return location.reload();
    const order = answer.ok ? await answer.json() : null;
    if (order && order.status !== "processing") {
      clearInterval(ticking);
      return showEnd(order);
    }
  } catch {
    // Not reached this time; the next question may be.
  }
  setTimeout(ask, nextMs, Math.min(nextMs * RARER_BY, RAREST_MS));
}

const ticking = setInterval(showWaiting, TICK_MS);
setTimeout(ask, FIRST_LOOK_MS, FIRST_LOOK_MS * RARER_BY);

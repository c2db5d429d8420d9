// Follows one order while it is processed: asks each second, tells what changed.
"use strict";

const POLL_MS = 1000;
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

async function ask() {
  try {
    const answer = await fetch(box.dataset.order, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return location.reload();
    const order = answer.ok ? await answer.json() : null;
    if (order && order.status !== "processing") return showEnd(order);
  } catch {
    // Not reached this time; the next question may be.
  }
  showWaiting();
  setTimeout(ask, POLL_MS);
}

setTimeout(ask, POLL_MS);

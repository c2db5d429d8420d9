// Keeps the statuses in the list of orders up to date while one of them is processed.
"use strict";

const POLL_MS = 2000;
const NAMES = { processing: "Processing", completed: "Completed", failed: "Not completed" };
const news = document.getElementById("news");

function show(order) {
  const badge = document.querySelector(`[data-order="${order.id}"] .badge`);
  if (!badge || badge.classList.contains(order.status)) return;
  badge.className = `badge ${order.status}`;
  badge.textContent = NAMES[order.status];
  news.textContent = `Order ${order.number}: ${NAMES[order.status]}`;
}

async function ask() {
  try {
    const answer = await fetch("/api/orders", { headers: { Accept: "application/json" } });
    if (answer.status === 401) return location.reload();
    if (answer.ok) (await answer.json()).orders.forEach(show);
  } catch {
    // Not reached this time; the next question may be.
  }
  if (document.querySelector(".badge.processing")) setTimeout(ask, POLL_MS);
}

setTimeout(ask, POLL_MS);

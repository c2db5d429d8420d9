// What a page tells of itself: its load and its requests as spans, its web vitals as numbers.
import { context, propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { DocumentLoadInstrumentation } from "@opentelemetry/instrumentation-document-load";
import { FetchInstrumentation } from "@opentelemetry/instrumentation-fetch";
import { BatchSpanProcessor, StackContextManager, TracerProvider } from "@opentelemetry/sdk-trace";
import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";

const RECEIVER = `${location.origin}/telemetry`;
const PAGE = document.currentScript.dataset.page;

// Requests that a page makes later belong to the trace of the page, too.
class PageContextManager extends StackContextManager {
  constructor(page) {
    super();
    this.page = page;
  }

  active() {
    const current = super.active();
    return current === ROOT_CONTEXT ? this.page : current;
  }
}

// A query may hold what somebody searched for, a path the id of somebody's order: neither leaves the page.
class PlainAttributes {
  onStart(span) {
    span.setAttribute("shop.page", PAGE);
  }

  onEnding(span) {
    const address = span.attributes["url.full"];
    if (address) span.setAttribute("url.full", plain(address));
  }

  onEnd() {}

  async forceFlush() {}

  async shutdown() {}
}

function plain(address) {
  const { origin, pathname } = new URL(address, location);
  return origin + pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}");
}

function tellTraces() {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const traceparent = document.querySelector("meta[name=traceparent]").content;
  const page = propagation.extract(ROOT_CONTEXT, { traceparent });
  context.setGlobalContextManager(new PageContextManager(page).enable());
  const exporter = new OTLPTraceExporter({ url: `${RECEIVER}/v1/traces` });
  const spanProcessors = [new PlainAttributes(), new BatchSpanProcessor({ exporter })];
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));
  registerInstrumentations({
    instrumentations: [
      // Of every picture's phases there would be fifteen events: more than a page that closes may still send.
      new DocumentLoadInstrumentation({ ignoreNetworkEvents: true }),
      new FetchInstrumentation({ ignoreNetworkEvents: true }),
    ],
  });
}

// From the press of a button until the next page begins, or this one is left: the wait of who checks out.
function tellSubmissions() {
  const tracer = trace.getTracer("shop.browser");
  addEventListener("submit", ({ target }) => {
    const span = tracer.startSpan("submit", { attributes: { "url.full": target.getAttribute("action") } });
    addEventListener("pagehide", () => span.end(), { once: true });
  });
}

// The last values are known when the page is hidden, which is also the last moment at which it may send.
function tellVitals() {
  const vitals = {};
  for (const observe of [onCLS, onFCP, onINP, onLCP, onTTFB]) {
    observe(({ name, value }) => (vitals[name.toLowerCase()] = value));
  }
  addEventListener("load", () => setTimeout(() => (vitals.load = performance.getEntriesByType("navigation")[0].duration)));
  let isTold = false;
  addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || isTold) return;
    isTold = true;
    const told = JSON.stringify({ page: PAGE, ...vitals });
    navigator.sendBeacon(`${RECEIVER}/vitals`, new Blob([told], { type: "application/json" }));
  });
}

tellTraces();
tellSubmissions();
tellVitals();

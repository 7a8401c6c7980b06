{% autoescape off %}// Keeps the shop's style and scripts, and one page for when there is no connection. Nothing else:
// pages show carts and orders, which belong to whoever is signed in.
"use strict";

const CACHE = {{ cache }};
const KEPT = {{ kept }};
const OFFLINE = {{ offline }};
const STATIC = {{ static_url }};

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("shop-") && name !== CACHE);
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(old(names).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (address.pathname.startsWith(STATIC)) {
    event.respondWith(caches.match(request).then((found) => found || fetch(request)));
  }
});
{% endautoescape %}

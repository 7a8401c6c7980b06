// Small helpers of the shop's pages. Every page works without them.
"use strict";

document.addEventListener("alpine:init", () => {
  // A password that can be shown while typing.
  Alpine.data("reveal", () => ({
    shown: false,
    toggle() {
      this.shown = !this.shown;
      this.$refs.input.type = this.shown ? "text" : "password";
    },
  }));

  // A whole number with − and + beside it: data-min, data-max on the element.
  Alpine.data("stepper", () => ({
    value: 1,
    min: 1,
    max: 1,
    init() {
      this.min = Number(this.$el.dataset.min || 1);
      this.max = Number(this.$el.dataset.max || 1);
      this.value = this.within(Number(this.$refs.input.value));
    },
    within(number) {
      return Math.min(this.max, Math.max(this.min, Math.trunc(number) || this.min));
    },
    set(number) {
      this.value = this.within(number);
      this.$refs.input.value = this.value;
      this.$refs.input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    less() {
      this.set(this.value - 1);
    },
    more() {
      this.set(this.value + 1);
    },
    typed() {
      this.value = this.within(Number(this.$refs.input.value));
    },
    // What was typed beyond the limits goes back within them.
    settle() {
      this.$refs.input.value = this.value;
    },
    get atLeast() {
      return this.value <= this.min;
    },
    get atMost() {
      return this.value >= this.max;
    },
  }));

  // The time until data-ends (ISO, with zone). Without it the server's words stay. `data-now` is
  // the mall's time when the page was made: the machine's own clock may be wrong.
  Alpine.data("countdown", () => ({
    left: 0,
    init() {
      const ends = Date.parse(this.$el.dataset.ends);
      const ahead = Date.parse(this.$el.dataset.now) - Date.now();
      const tick = () => {
        this.left = Math.max(0, Math.floor((ends - Date.now() - ahead) / 1000));
        if (this.left === 0) clearInterval(this.timer);
      };
      this.timer = setInterval(tick, 1000);
      tick();
    },
    destroy() {
      clearInterval(this.timer);
    },
    two(number) {
      return String(number).padStart(2, "0");
    },
    get hours() {
      return this.two(Math.floor(this.left / 3600));
    },
    get minutes() {
      return this.two(Math.floor(this.left / 60) % 60);
    },
    get seconds() {
      return this.two(this.left % 60);
    },
  }));

  // Pictures beside each other, scrolled by hand: tells which one is seen, and shows another.
  Alpine.data("gallery", () => ({
    shown: 1,
    scrolled() {
      const strip = this.$refs.strip;
      this.shown = Math.round(strip.scrollLeft / strip.clientWidth) + 1;
      this.$root.querySelectorAll("[data-number]").forEach((mark) => {
        mark.setAttribute("aria-current", String(Number(mark.dataset.number) === this.shown));
      });
    },
    show(event) {
      this.to(Number(event.currentTarget.dataset.number));
    },
    // One on or one back; behind the last comes the first.
    step(event) {
      const many = this.$refs.strip.children.length;
      this.to(((this.shown - 1 + Number(event.currentTarget.dataset.step) + many) % many) + 1);
    },
    to(number) {
      const strip = this.$refs.strip;
      strip.scrollTo({ left: (number - 1) * strip.clientWidth, behavior: "smooth" });
    },
  }));
});

// A form is sent once: its button rests until the answer is there. (The server would recognise the
// second one by its key anyway.) Coming back by the browser's history wakes it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.submitter?.formTarget === "_blank") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.querySelectorAll("button[type=submit]").forEach((button) => button.setAttribute("aria-busy", "true"));
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-once]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-once]");
  if (!form) return;
  delete form.dataset.sent;
  form.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
});

// A short word at the foot of the page that leaves by itself. Answers to htmx bring it by the
// header HX-Trigger (answers.py).
const TOAST_SECONDS = 4;

function toast(text, kind) {
  const place = document.getElementById("toasts");
  const note = document.createElement("p");
  note.className = `toast toast-${kind === "bad" ? "bad" : "good"}`;
  note.textContent = text;
  place.append(note);
  setTimeout(() => note.remove(), TOAST_SECONDS * 1000);
}

document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind));

document.addEventListener("cart", (event) => {
  const count = event.detail.count;
  document.querySelectorAll("[data-cart-count]").forEach((badge) => {
    badge.dataset.cartCount = count;
    badge.querySelector("[data-cart-number]").textContent = count > 99 ? "99+" : count;
    badge.hidden = count === 0;
  });
});

document.addEventListener("htmx:sendError", () => {
  toast(document.querySelector("meta[name=lost-connection]").content, "bad");
});

// A choice that takes effect at once; without JavaScript the form has a button for it.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-at-once]");
  if (form && !event.target.matches("[type=text], [type=search], [type=number]")) form.requestSubmit();
});

// What was done in a sheet is done: it closes.
document.addEventListener("htmx:afterRequest", (event) => {
  const button = event.detail.elt;
  if (!event.detail.successful || !button.matches("[data-closes-sheet]")) return;
  const sheet = button.closest(".sheet");
  if (sheet && sheet.matches(":popover-open")) sheet.hidePopover();
});

// The end of a list asks for more before it is seen, so that nothing moves under the reader.
const near = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
    near.unobserve(target);
    target.dispatchEvent(new Event("near"));
  }),
  { rootMargin: "700px 0px" },
);

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  const ends = [...elt.querySelectorAll("[hx-trigger~=near]")];
  if (elt.matches("[hx-trigger~=near]")) ends.push(elt);
  ends.forEach((end) => near.observe(end));
});

// What could not be had comes by its plain link.
document.addEventListener("htmx:afterRequest", (event) => {
  const end = event.detail.elt;
  if (!event.detail.successful && end.matches(".product-more")) end.classList.add("product-more-failed");
});

// The service worker keeps the style and the scripts, and a page for when there is no connection.
if ("serviceWorker" in navigator && window.isSecureContext) {
  window.addEventListener("load", () => navigator.serviceWorker.register("/sw.js"));
}

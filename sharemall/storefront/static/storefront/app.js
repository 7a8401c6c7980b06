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
    get atLeast() {
      return this.value <= this.min;
    },
    get atMost() {
      return this.value >= this.max;
    },
  }));
});

// A form is sent once: its button rests until the answer is there. (The server would recognise the
// second one by its key anyway.) Coming back by the browser's history wakes it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
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

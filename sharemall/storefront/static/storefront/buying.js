// Small helpers of the pages of buying. Every page works without them.
"use strict";

document.addEventListener("alpine:init", () => {
  // A button that copies data-text and says so for a moment.
  Alpine.data("copy", () => ({
    label: "",
    init() {
      this.label = this.$el.textContent.trim();
    },
    copy() {
      const before = this.label;
      const done = this.$el.dataset.done;
      navigator.clipboard.writeText(this.$el.dataset.text).then(() => {
        this.label = done;
        setTimeout(() => (this.label = before), 2000);
      });
    },
  }));

  // Pictures as they are chosen, before they are sent; data-most: how many are taken.
  Alpine.data("previews", () => ({
    pictures: [],
    chosen() {
      this.pictures.forEach((picture) => URL.revokeObjectURL(picture.src));
      const files = [...this.$refs.files.files].slice(0, Number(this.$el.closest("[data-most]").dataset.most));
      this.pictures = files.map((file) => ({ name: file.name, src: URL.createObjectURL(file) }));
    },
  }));
});

// The pay sheet of a provider's own browser (WeChat): it calls back when the shopper is done.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-pay-sheet]");
  if (!button || typeof WeixinJSBridge === "undefined") return;
  const parameters = JSON.parse(document.getElementById("pay-parameters").textContent);
  WeixinJSBridge.invoke("getBrandWCPayRequest", parameters, () => location.assign(button.dataset.done));
});

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
      const most = Number(this.$root.dataset.most);
      const files = [...this.$refs.files.files].slice(0, most);
      // As data: the pages' policy lets no other address of a picture through.
      const read = (file, id) =>
        new Promise((done) => {
          const reader = new FileReader();
          reader.onload = () => done({ id, name: file.name, src: reader.result });
          reader.readAsDataURL(file);
        });
      Promise.all(files.map(read)).then((pictures) => (this.pictures = pictures));
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

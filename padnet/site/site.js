/* A browser does not let a page that was opened from a file read other files: then search reads texts.js instead,
   which a page may load, and says so. */
if (typeof DOCUMENTATION_OPTIONS !== "undefined" && location.protocol === "file:") {
  const loaded = new Promise((done) => {
    if (!/\/search\.html$/.test(location.pathname)) return;
    const script = document.createElement("script");
    script.src = "_static/texts.js";
    script.onload = done;
    script.onerror = () => {
      const line = document.createElement("p");
      line.textContent = "Titles alone: this page was opened from a file, and a browser lets it read no other file.";
      document.querySelector("#search-results").before(line);
    };
    document.head.append(script);
  });
  window.fetch = async (address) => {
    await loaded;
    const main = document.createElement("div");
    main.setAttribute("role", "main");
    main.textContent = window.TEXTS[address.replace(/^\.\//, "")] || "";
    return { text: async () => main.outerHTML };
  };
}

/* A moving picture stands still where the reader wishes for less motion, and otherwise until its button is pressed. */
function moves(box) {
  const image = box.querySelector("img"), button = box.querySelector("button");
  const set = (playing) => {
    image.src = playing ? box.dataset.moving : box.dataset.still;
    button.textContent = playing ? "Pause" : "Play";
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  set(!still.matches);
  still.addEventListener("change", () => set(!still.matches));
  button.addEventListener("click", () => set(button.textContent === "Play"));
  button.hidden = false;
}
addEventListener("DOMContentLoaded", () => document.querySelectorAll(".moving").forEach(moves));

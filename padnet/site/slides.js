/* Formulas first, then reveal.js; a slide that is still too high is made smaller when it is shown. */
const HEIGHT = 700;
const LEAST = 0.55;

function fit(section) {
  const slide = section && section.querySelector(":scope > .slide");
  if (!slide || slide.dataset.fitted) return;
  slide.dataset.fitted = "yes";
  // Smaller text also means fewer lines, so a few rounds are enough.
  let zoom = 1;
  for (let round = 0; round < 6 && slide.offsetHeight * zoom > HEIGHT && zoom > LEAST; round++) {
    zoom = Math.max(LEAST, zoom * Math.max(0.7, Math.sqrt(HEIGHT / (slide.offsetHeight * zoom)) * 0.98));
    slide.style.zoom = zoom;
  }
}

window.MathJax = {
  svg: { fontCache: "global" },
  options: { enableMenu: false },
  startup: {
    pageReady: () =>
      MathJax.startup.defaultPageReady().then(() => {
        Reveal.on("ready", (event) => fit(event.currentSlide));
        Reveal.on("slidechanged", (event) => fit(event.currentSlide));
        return Reveal.initialize({
          width: 1280, height: 720, margin: 0.02, center: false, hash: true, slideNumber: "c/t", transition: "none",
        });
      }),
  },
};

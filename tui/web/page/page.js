// What textual-serve's own page does not do: it works offline and behind any address, has the
// keyboard at once, copies on plain http as well, and downloads without a new tab.
"use strict";

(() => {
  const FONT_MILLISECONDS = 2000;
  const body = document.body;
  const base = location.origin + location.pathname;
  const open = window.open.bind(window);
  const start = window.onload;

  // textual.js would fetch any address that ?ping= names.
  history.replaceState(null, "", location.pathname);

  document.getElementById("terminal").dataset.sessionWebsocketUrl = new URL("ws", base).href
    .replace(/^http/, "ws");
  document.getElementById("again").onclick = () => location.reload();

  function download(key) {
    const link = document.createElement("a");
    link.href = new URL(`download/${key}`, base).href;
    link.download = "";
    link.click();
  }

  window.open = (url, ...more) => {
    const key = /^\w+:\/\/[^/]+\/download\/(\w+)$/.exec(String(url));
    return key ? download(key[1]) : open(url, ...more);
  };

  // A browser gives its clipboard to https and to this machine only; this works everywhere.
  async function copy(text) {
    const focused = document.activeElement;
    const area = document.createElement("textarea");
    area.value = text;
    body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    focused?.focus();
  }
  if (!navigator.clipboard) {
    const clipboard = { writeText: copy, readText: async () => "" };
    Object.defineProperty(navigator, "clipboard", { value: clipboard });
  }

  const observer = new MutationObserver(() => {
    if (body.classList.contains("-first-byte")) {
      observer.disconnect();
      document.querySelector(".xterm-helper-textarea").focus();
    }
  });
  observer.observe(body, { attributeFilter: ["class"] });

  // The terminal measures its font once, when it starts.
  window.onload = async (event) => {
    const late = new Promise((resolve) => setTimeout(resolve, FONT_MILLISECONDS));
    await Promise.race([document.fonts.load('16px "Roboto Mono"'), late]).catch(() => {});
    start(event);
  };
})();

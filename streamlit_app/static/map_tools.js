// Tools on the map: full screen, a picture, a print, and an outline drawn to filter by.
"use strict";

(function (Tambon) {
  const NEAR_PX = 12, MOST_CORNERS = 200;
  const ICONS = {
    full_screen: "M3 9V3h6M15 3h6v6M21 15v6h-6M9 21H3v-6",
    picture: "M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 6M15.5 9.5h.01",
    print: "M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z",
    draw: "M5 19l3-12 9-2 2 9-7 5zM5 19h.01M8 7h.01M17 5h.01M19 14h.01",
  };

  function icon(name) {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  function tools(atlas) {
    const bar = Tambon.panel(atlas.map, "topleft", "tambon-tools");
    const actions = {
      full_screen: () => fullScreen(atlas),
      picture: () => open(address(atlas, "png"), "_blank"),
      print: () => open(address(atlas, "pdf"), "_blank"),
      draw: () => atlas.sketch.toggle(),
    };
    for (const [name, action] of Object.entries(actions)) {
      if (name === "draw" && !atlas.settings.draws) continue;
      if (name === "full_screen" && !window.parent.document.fullscreenEnabled) continue; // as on an iPhone
      if (name !== "full_screen" && atlas.settings.together) continue; // the address tells of one map only
      const button = Tambon.make("button");
      button.type = "button";
      button.title = atlas.words[name];
      button.setAttribute("aria-label", atlas.words[name]);
      button.append(icon(name));
      button.addEventListener("click", action);
      bar.append(button);
    }
  }

  // What the page shows stands in its address; the map adds where it looks.
  function address(atlas, kind) {
    const bounds = atlas.map.getBounds(), asked = new URLSearchParams(window.parent.location.search);
    asked.set("box", [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((side) => side.toFixed(5)).join(","));
    asked.set("zoom", atlas.map.getZoom());
    if (atlas.settings.language !== "th") asked.set("lang", atlas.settings.language);
    return `/map/picture.${kind}?${asked}`;
  }

  function fullScreen(atlas) {
    const page = window.parent.document;
    if (page.fullscreenElement) page.exitFullscreen();
    else enlarged(atlas).requestFullscreen().catch(() => {}); // the browser says why not
  }
  // What fills the screen: the map, or both of two that lie on one another.
  function enlarged(atlas) {
    const frame = window.frameElement;
    return (atlas.settings.swipe && frame.closest(".st-key-swipe")) || frame;
  }
  // Base maps: files of the office, or the online one that is switched on; boundaries alone until one is chosen.
  function baseMaps(atlas) {
    const listed = atlas.settings.base_maps;
    if (!listed.length) return;
    const none = L.layerGroup(), control = L.control.layers(null, null, { position: "topleft" });
    const chosen = sessionStorage.getItem("tambon-base");
    let shown = none;
    control.addBaseLayer(none, escape(atlas.words.base_none));
    for (const one of listed) { // titles are what files say of themselves: two may be alike, and none is markup
      const layer = L.tileLayer(one.url, {
        minZoom: 0, maxZoom: 19, minNativeZoom: one.min, maxNativeZoom: one.max, attribution: escape(one.attribution),
      });
      control.addBaseLayer(layer, escape(one.title));
      if (one.url === chosen) shown = layer;
    }
    L.control.attribution({ prefix: false }).addTo(atlas.map);
    control.addTo(atlas.map);
    shown.addTo(atlas.map);
    atlas.based = shown !== none;
    atlas.map.on("baselayerchange", ({ layer }) => {
      sessionStorage.setItem("tambon-base", layer._url || "");
      atlas.based = layer !== none;
      atlas.redraw();
    });
  }
  function escape(text) {
    const element = document.createElement("span");
    element.textContent = text;
    return element.innerHTML;
  }

  // Maps of one page that move together; what the page chooses moves each by itself.
  function together(atlas) {
    if (!atlas.settings.together) return;
    const page = (window.parent.tambonPage = window.parent.tambonPage || Math.random()), own = Math.random();
    const channel = new BroadcastChannel(`tambon-together-${page}`); // another tab has its own
    let following = false;
    atlas.map.on("moveend", () => {
      if (following || atlas.showing) return;
      const { lat, lng } = atlas.map.getCenter();
      channel.postMessage({ own, lat, lng, zoom: atlas.map.getZoom() });
    });
    channel.onmessage = ({ data }) => {
      if (data.own === own) return;
      following = true;
      atlas.map.setView([data.lat, data.lng], data.zoom, { animate: false });
      following = false;
    };
  }

  // The upper of two maps that lie on one another: a bar on it, dragged or moved by arrow keys, says from where on
  // it is seen. What is cut off a frame takes no clicks either: those go to the map below.
  function swipe(atlas) {
    if (atlas.settings.swipe !== "over") return;
    const box = atlas.map.getContainer(), bar = Tambon.make("div", "tambon-swipe");
    Object.entries({ role: "slider", tabindex: "0", "aria-label": atlas.words.swipe, "aria-valuemin": 0, "aria-valuemax": 100 })
      .forEach(([name, value]) => bar.setAttribute(name, value));
    const put = (percent) => {
      const at = Math.max(1, Math.min(99, percent));
      bar.style.left = `${at}%`;
      bar.setAttribute("aria-valuenow", String(Math.round(at)));
      window.frameElement.style.clipPath = `inset(0 0 0 ${at}%)`;
      return at;
    };
    let now = put(50);
    bar.addEventListener("pointerdown", (event) => bar.setPointerCapture(event.pointerId));
    bar.addEventListener("pointermove", (event) => {
      if (bar.hasPointerCapture(event.pointerId)) now = put((100 * (event.clientX - box.getBoundingClientRect().left)) / box.clientWidth);
    });
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
      if (!step) return;
      now = put(now + step);
      event.stopPropagation();
    });
    L.DomEvent.disableClickPropagation(bar);
    box.append(bar);
  }

  // An outline in the making, and the one that is the filter.
  class Sketch {
    constructor(atlas) {
      this.atlas = atlas;
      this.corners = null;
    }
    toggle() {
      const map = this.atlas.map;
      this.corners = this.corners ? null : [];
      map.doubleClickZoom[this.corners ? "disable" : "enable"]();
      map.getContainer().classList.toggle("tambon-drawing-now", Boolean(this.corners));
      this.atlas.tell(this.corners ? this.atlas.words.draw_how : "");
      this.atlas.redraw();
    }
    // Whether a click belongs to the outline.
    takes(point) {
      if (!this.corners) return false;
      const map = this.atlas.map, first = this.corners[0];
      if (this.corners.length > 2 && map.latLngToContainerPoint(first).distanceTo(point) < NEAR_PX) this.close();
      else if (this.corners.length < MOST_CORNERS) this.corners.push(map.containerPointToLatLng(point));
      this.atlas.redraw();
      return true;
    }
    pressed(event) {
      if (!this.corners) return false;
      if (event.key === "Enter" && this.corners.length > 2) this.close();
      else if (event.key === "Escape") this.toggle();
      else return false;
      return true;
    }
    close() {
      const shape = this.corners.map(({ lat, lng }) => `${lng.toFixed(5)},${lat.toFixed(5)}`).join(" ");
      this.toggle();
      Tambon.say({ shape });
    }
    paint(brush) {
      const chosen = this.atlas.chosen.shape;
      if (chosen) {
        const corners = chosen.split(" ").map((pair) => pair.split(",").map(Number));
        brush.outline(corners.map(([lon, lat]) => [Tambon.toX(lon), Tambon.toY(lat)]), true);
      }
      if (this.corners) brush.outline(this.corners.map(({ lat, lng }) => [Tambon.toX(lng), Tambon.toY(lat)]), false);
    }
  }

  // Tells the page's Python something, as a component does; the moment makes it new even when it is said again.
  Tambon.say = (value) => {
    const message = { isStreamlitMessage: true, type: "streamlit:setComponentValue", dataType: "json" };
    window.parent.postMessage({ ...message, value: { ...value, at: Date.now() } }, "*");
  };

  Object.assign(Tambon, { tools, baseMaps, together, swipe, Sketch });
})(window.Tambon);

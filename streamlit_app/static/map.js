// The map itself: asks one small answer per view and layer, draws it, and shows a record on a click.
// The page's Python gives `start` constant settings; what it chooses stands in an element of the page.
"use strict";

(function (Tambon) {
  const LIVE_MS = 600; // how often to ask whether the data changed
  const LOOK_MS = 15; // how often to look at what the page says
  const SLOW_MS = 1000; // from when on it is said that an answer is on its way
  const REACH_PX = 10;
  const CORNERS_PX = [[-8, -8], [8, 8], [8, -8], [-8, 8]]; // where layers' counts stand in one cell of 32 pixels
  const ONE_PLACE_PX = 3;
  const MORE_PX = 8, LESS_PX = 80; // a view that shows more than that needs another answer; a frame finds its size
  const DRAWN = /^\/map\/(view|tambons)/;
  const HASH = /^#map=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/;

  class Atlas {
    constructor(map, settings) {
      this.map = map;
      this.settings = settings;
      this.words = settings.words;
      this.chosen = { layers: [], shade: null, fit: undefined };
      this.layers = [];
      this.outlines = new Outlines(settings, () => this.redraw());
      this.shades = null;
      this.lit = null;
      this.version = "";
      this.sketch = new Tambon.Sketch(this);
      this.canvas = new Tambon.Canvas((brush) => this.paint(brush)).addTo(map);
      this.tooltip = new Tambon.Tooltip(map);
      this.furnish();
      this.place();
      Tambon.together(this);
      map.on("movestart", () => this.tooltip.hide());
      map.on("moveend", () => this.moved());
      map.on("click", (event) => this.clicked(event.containerPoint));
      map.on("mousemove", (event) => this.hovered(event.containerPoint));
      map.on("mouseout", () => this.light(null));
      new ResizeObserver(() => this.resized()).observe(map.getContainer());
      setInterval(() => this.listen(), LIVE_MS);
      setInterval(() => this.look(), LOOK_MS);
      if (settings.page) this.attend();
    }

    // What is chosen stands in an element of the page; what was asked for with a click comes before that.
    look() {
      const told = window.parent.document.querySelector(`[data-map="${this.settings.key}"]`);
      const token = told ? told.dataset.choice : "";
      if (!token || token === this.seen || this.asked) return;
      this.seen = token;
      if (token === this.token) this.remember(); // the page's address is a new one by now
      else this.show(token);
    }
    // A click or Enter beside the map may choose something.
    attend() {
      const page = window.parent.document, gone = new AbortController(), { signal } = gone;
      page.addEventListener("pointerdown", () => this.expect(), { capture: true, signal });
      page.addEventListener("keydown", (event) => event.key === "Enter" && this.expect(), { capture: true, signal });
      addEventListener("pagehide", () => gone.abort());
    }
    async expect() {
      if (this.asked || !this.token) return;
      const view = this.view();
      this.asked = true;
      const found = await this.ask("/map/next", { page: this.settings.page, digits: this.digits(), ...view }, "", undefined);
      this.asked = false;
      if (found) this.show(found.choice, { ...found, view: String(Object.values(view)) });
      this.look();
    }

    furnish() {
      const map = this.map, box = map.getContainer();
      L.control.scale({ imperial: false }).addTo(map);
      if (this.settings.drawing) {
        Tambon.panel(map, "topright", "tambon-drawing").textContent = this.words.drawing;
      }
      this.legend = Tambon.panel(map, this.settings.swipe === "under" ? "bottomleft" : "bottomright", "tambon-legend", "details");
      this.legend.open = map.getSize().x > 520;
      this.notice = Tambon.panel(map, "bottomleft", "tambon-notice");
      this.notice.setAttribute("role", "status");
      this.notice.hidden = true;
      Tambon.tools(this);
      Tambon.baseMaps(this);
      Tambon.swipe(this);
      box.focus = () => HTMLElement.prototype.focus.call(box, { preventScroll: true }); // a tap moves no page
      box.setAttribute("role", "application");
      box.setAttribute("aria-label", this.words.map);
      box.addEventListener("keydown", (event) => this.pressed(event));
    }

    // Where the map was: in the page's address, else where this tab left it, else the whole area.
    place() {
      const kept = HASH.exec(parentHash()) || HASH.exec(sessionStorage.getItem("tambon-map") || "");
      this.placed = Boolean(kept);
      if (kept) this.map.setView([Number(kept[2]), Number(kept[3])], Number(kept[1]));
      else this.fit(this.settings.box);
    }
    fit(box) {
      const beside = this.legend.open && this.map.getSize().x > 700 ? 240 : 12;
      const room = { paddingTopLeft: [12, 12], paddingBottomRight: [beside, 12], animate: false };
      if (box) this.map.fitBounds([[box[1], box[0]], [box[3], box[2]]], room);
    }
    remember() {
      const { lat, lng } = this.map.getCenter();
      const hash = `#map=${this.map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
      sessionStorage.setItem("tambon-map", hash);
      try {
        const page = window.parent;
        page.history.replaceState(page.history.state, "", page.location.pathname + page.location.search + hash);
      } catch (error) {
        // a page that embeds the map from elsewhere keeps its own address
      }
    }

    // What to show, as the page wrote it; ``given`` has the answers to it for a view.
    show(token, given) {
      const before = this.chosen, chosen = JSON.parse(decodeURIComponent(token));
      this.token = token;
      this.chosen = chosen;
      const known = new Map(this.layers.map((layer) => [layer.name, layer]));
      this.layers = chosen.layers.map((one, i) => {
        const layer = known.get(one.name) || { name: one.name, items: [], answer: null, legend: [], status: [] };
        const shift = chosen.layers.length > 1 ? CORNERS_PX[i % CORNERS_PX.length] : [0, 0];
        return Object.assign(layer, { title: one.title, query: one.query, shift });
      });
      if (this.failed) this.fail("");
      this.showing = true; // what moves now is asked for below
      this.map.invalidateSize();
      this.placeFor(before, chosen);
      this.showing = false;
      this.remember();
      this.load(given && given.view === String(Object.values(this.view())) ? given : undefined).then(() => this.painted());
    }
    // The page draws its widgets when the map is seen.
    painted() {
      const tell = () => this.ask("/map/painted", { page: this.settings.page }, "", undefined);
      if (this.settings.page) requestAnimationFrame(() => setTimeout(tell));
    }

    // A newly chosen area is shown whole; the first time, without one, the place where the data lies.
    placeFor(before, chosen) {
      const first = before.fit === undefined;
      if (first && this.placed) return;
      if (first) this.fit(chosen.fit || chosen.start);
      else if (chosen.fit && String(before.fit) !== String(chosen.fit)) this.fit(chosen.fit);
    }

    // A frame finds its size while it loads: no move that another map of the page or the address is to follow.
    resized() {
      this.showing = true;
      this.map.invalidateSize();
      this.showing = false;
      if (this.layers.length && this.strayed()) this.load();
    }
    moved() {
      if (this.showing) return;
      this.remember();
      if (this.strayed()) this.load();
    }
    // Whether more is in sight than was asked for, or much less: an answer reaches a little beyond the view's edge.
    strayed() {
      if (!this.viewed || this.viewed.zoom !== this.map.getZoom()) return true;
      const now = this.map.getPixelBounds(), { bounds } = this.viewed;
      const { min, max } = now, before = bounds.min, after = bounds.max;
      return [before.x - min.x, before.y - min.y, max.x - after.x, max.y - after.y].some((px) => px > MORE_PX || px < -LESS_PX);
    }

    async load(given = { views: {} }) {
      this.viewed = { zoom: this.map.getZoom(), bounds: this.map.getPixelBounds() };
      this.loading = true;
      if (this.asking) this.asking.abort();
      const asking = (this.asking = new AbortController());
      const slow = setTimeout(() => this.tell(this.words.loading), SLOW_MS);
      this.outlines.see(this.map);
      await Promise.all([
        ...this.layers.map((layer) => this.loadLayer(layer, asking.signal, given.views[layer.name])),
        this.loadShades(asking.signal, given.shades),
      ]);
      clearTimeout(slow);
      if (asking.signal.aborted) return;
      this.loading = false;
      if (this.notice.textContent === this.words.loading) this.tell("");
      if (this.failed) this.viewed = null; // what did not come is asked for at the next move, however small
      this.redraw();
      const drawn = this.bare() ? [] : this.layers; // the legend of what is drawn
      const rimmed = (layer) => this.map.getZoom() >= Tambon.DETAIL_ZOOM || layer.items.some((item) => item.rings);
      Tambon.legend(this.legend, drawn, this.shades, this.words, rimmed);
      this.map.getContainer().dataset.ready = String(Number(this.map.getContainer().dataset.ready || 0) + 1);
    }
    // What is in sight, as the server is asked for it.
    view() {
      const bounds = this.map.getBounds(), zoom = this.map.getZoom(), digits = zoom > 13 ? 6 : 4;
      const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
      return { box: box.map((side) => side.toFixed(digits)).join(","), zoom, lang: this.settings.language };
    }
    digits() {
      return this.outlines.digits(this.map.getZoom());
    }
    async loadLayer(layer, signal, given) {
      const { name, query } = layer;
      const answer = given || (await this.ask("/map/view", { layer: name, ...this.view() }, query, signal));
      if (answer) {
        Object.assign(layer, { answer, legend: answer.legend, status: answer.status, items: Tambon.readView(answer), drawn: query });
      } else if (!signal.aborted && layer.drawn !== query) {
        Object.assign(layer, { answer: null, legend: [], status: [], items: [] }); // another choice's are no answer
      } else return;
      this.lit = null;
    }
    async loadShades(signal, given) {
      const shade = this.chosen.shade;
      if (!shade) {
        this.shades = null;
        return;
      }
      const names = { ...shade.asks, digits: this.digits(), lang: this.settings.language };
      const answer = given || (await this.ask("/map/tambons", names, shade.query, signal));
      const drawn = JSON.stringify([names, shade.query]);
      if (answer) this.shades = Object.assign(answer, { title: shade.title, digits: names.digits, drawn });
      else if (!signal.aborted && this.shades && this.shades.drawn !== drawn) this.shades = null;
    }

    // One question to the server; null when it was overtaken or refused (then the reason is shown).
    async ask(path, names, query, signal) {
      const address = `${path}?${new URLSearchParams(names)}${query ? `&${query}` : ""}`;
      const asked = `${path} ${names.layer || ""}`;
      try {
        const response = await fetch(address, { signal, credentials: "same-origin" });
        if (response.ok) {
          if (this.failed && (asked === this.missing || !DRAWN.test(this.missing))) this.fail("");
          return response.status === 204 ? null : await response.json();
        }
        if (response.status === 401) this.fail(this.words.signed_out, asked);
        else if (response.status === 404) this.fail(this.words.gone, asked);
        else this.fail(this.reason(await response.json()), asked);
      } catch (error) {
        if (error.name !== "AbortError") this.fail(this.words.offline, asked);
      }
      return null;
    }
    // What went wrong stands until something goes right: what the map lacks, until that comes; other notes stay.
    fail(text, missing = "") {
      this.failed = text;
      this.missing = missing;
      this.tell(text);
    }
    reason(refusal) {
      const problem = refusal.problems[0], remedy = this.settings.language === "en" ? problem.remedy_en : problem.remedy_th;
      return `${problem[this.settings.language]} ${remedy}`;
    }
    tell(text) {
      this.notice.textContent = text;
      this.notice.hidden = !text;
    }

    // What phones send is on the map a moment later, without a reload.
    async listen() {
      if (document.hidden || this.listening || this.loading || !this.layers.length) return;
      this.listening = true;
      const answer = await this.ask("/map/version", {}, "", undefined);
      this.listening = false;
      if (answer && this.failed === this.words.offline) this.load(); // the server is there again
      if (!answer || answer.version === this.version || this.loading) return; // what is under way comes first
      const first = !this.version;
      this.version = answer.version;
      if (!first) this.load();
    }

    redraw() {
      this.canvas.redraw();
    }
    paint(brush) {
      const shades = this.shades, colour = shades ? (code) => (shades.steps[shades.classes[code]] || { color: null }).color : null;
      const parts = this.outlines.parts(this.map), coloured = this.coloured(parts);
      for (const part of parts) brush.areas(part, coloured === parts && this.counts(part.codes[0]) ? colour : null, this.based);
      if (coloured !== parts) for (const part of coloured) brush.areas(part, colour, this.based);
      const counted = this.layers.some((layer) => layer.answer && layer.answer.kind === "cells");
      if (counted) this.paintNames(brush, parts); // below the numbers, which must stay readable
      if (!this.bare()) {
        for (const layer of this.layers) for (const item of layer.items) if (item.rings) brush.item(item, layer, false);
        for (const layer of this.layers) for (const item of layer.items) if (!item.rings) brush.item(item, layer, false);
        if (this.lit && this.lit.layer) brush.item(this.lit.item, this.lit.layer, true);
      }
      if (!counted) this.paintNames(brush, parts);
      this.sketch.paint(brush);
    }
    // Whether the colours are of such an area: until those of another zoom come, these say nothing about it.
    counts(code) {
      return Boolean(this.shades) && (Boolean(this.shades.lao) || String(code).length === this.shades.digits);
    }
    // The areas that colours belong to: those of the base map, or LAOs.
    coloured(parts) {
      return this.shades && this.shades.lao && !this.settings.lao ? this.outlines.laos() : parts;
    }
    paintNames(brush, parts) {
      const points = this.bare() ? [] : this.layers.flatMap((layer) => layer.items.filter((item) => !item.rings && !item.parts));
      for (const part of parts) brush.names(part, this.map.getZoom() > 12 ? 14 : 12.5, points);
    }

    // Whether colours stand alone.
    bare() {
      return Boolean(this.chosen.shade) && !this.chosen.points;
    }
    // The topmost item at a point of the map: symbols and lines before the shapes they stand on.
    at(point) {
      if (this.bare()) return null;
      const origin = this.map.getPixelOrigin(), scale = this.map.options.crs.scale(this.map.getZoom());
      const there = this.map.containerPointToLayerPoint(point);
      let best = null, least = REACH_PX;
      for (const layer of this.layers) {
        for (const item of layer.items) {
          const [right, down] = item.parts ? layer.shift : [0, 0];
          const dx = item.x * scale - origin.x + right - there.x, dy = item.y * scale - origin.y + down - there.y;
          const away = Math.hypot(dx, dy) - (item.parts ? 8 : 0);
          if (!item.rings && away <= least) [best, least] = [{ layer, item }, away];
        }
      }
      if (best) return best;
      const x = (there.x + origin.x) / scale, y = (there.y + origin.y) / scale, reach = REACH_PX / scale;
      return this.beside(x, y, reach / 2, false) || this.around(x, y) || this.beside(x, y, reach, true);
    }
    around(x, y) {
      for (const layer of [...this.layers].reverse()) {
        const item = layer.items.find((one) => one.rings && Tambon.holds(one.rings, x, y));
        if (item) return { layer, item };
      }
      return null;
    }
    // The nearest line within reach, or of the shapes that are hard to hit the nearest.
    beside(x, y, reach, closed) {
      const near = ({ box }) => x > box[0] - reach && x < box[2] + reach && y > box[1] - reach && y < box[3] + reach;
      let best = null, least = reach;
      for (const layer of this.layers) {
        for (const item of layer.items) {
          if (!item.rings || (item.rings[0].closed && !closed) || !item.rings.some(near)) continue;
          const away = Tambon.away(item.rings, x, y);
          if (away <= least) [best, least] = [{ layer, item }, away];
        }
      }
      return best;
    }

    hovered(point) {
      const found = this.at(point);
      this.light(found);
      if (found) this.tooltip.show(point, this.lines(found));
      else if (this.shades) this.hoverArea(point);
    }
    hoverArea(point) {
      const { lat, lng } = this.map.containerPointToLatLng(point);
      const area = this.areaAt(lat, lng);
      if (area && this.counts(area.code)) this.tooltip.show(point, this.lines({ area }));
    }
    areaAt(lat, lng) {
      return this.outlines.areaAt(this.coloured(this.outlines.parts(this.map)), Tambon.toX(lng), Tambon.toY(lat));
    }
    light(found) {
      const changed = (found && found.item) !== (this.lit && this.lit.item);
      this.lit = found;
      this.map.getContainer().style.cursor = found ? "pointer" : "";
      if (!found) this.tooltip.hide();
      if (changed) requestAnimationFrame(() => this.redraw());
    }
    lines({ layer, item, area }) {
      if (area) {
        const { values, told } = this.shades, n = values[area.code];
        return [area.name, ...((told && told[area.code]) || [n === undefined ? this.words.no_data : n.toLocaleString("en-US")])];
      }
      if (item.parts) {
        const parts = item.parts.slice(0, 6).map((part) => `${layer.legend[part.category].label || layer.title}: ${part.n.toLocaleString("en-US")}`);
        return [`${layer.title}: ${item.n.toLocaleString("en-US")}`, ...parts];
      }
      const status = layer.status[item.status];
      return [layer.title, layer.legend[item.category].label, status ? status.label : ""].filter(Boolean);
    }

    clicked(point) {
      if (this.sketch.takes(point)) return;
      const found = this.at(point);
      if (found) this.open(found);
      else if (this.shades) {
        const { lat, lng } = this.map.containerPointToLatLng(point);
        this.chooseArea(this.areaAt(lat, lng));
      }
    }
    // A click on a coloured area makes it the filter's area; no LAO can be one.
    chooseArea(area) {
      if (area && this.settings.draws && !this.shades.lao) Tambon.say({ area: area.code });
    }
    // A counted cell is entered, at the last zoom listed; a record is shown, and with it those that stand in the same place.
    open(found) {
      this.tooltip.hide();
      if (found.area) this.chooseArea(found.area);
      else if (found.item.parts) this.enter(found.layer, found.item);
      else this.turn(this.stack(found), 0);
    }
    enter(layer, item) {
      if (this.map.getZoom() >= this.map.getMaxZoom()) return this.list(layer, item);
      const half = layer.answer.cell_deg / 2, lat = Tambon.toLat(item.y), lon = Tambon.toLon(item.x);
      return this.map.fitBounds([[lat - half, lon - half], [lat + half, lon + half]]);
    }
    async list(layer, item) {
      const { zoom } = layer.answer, { column, row } = item;
      const found = await this.detail("/map/cell", { layer: layer.name, column, row, zoom }, layer.drawn);
      if (found) this.popup(item, Tambon.listing(found, this.settings));
    }
    stack(found) {
      const scale = this.map.options.crs.scale(this.map.getZoom()), { x, y } = found.item;
      const all = this.items();
      const there = ({ item }) => !item.parts && item !== found.item && Math.hypot(item.x - x, item.y - y) * scale <= ONE_PLACE_PX;
      return [found, ...all.filter(there)];
    }
    async turn(stack, n) {
      const { layer, item } = stack[n];
      const record = await this.detail("/map/popup", { layer: layer.name, seq: item.seq, key: item.key });
      if (!record) return;
      const content = Tambon.popup(record, this.settings);
      if (stack.length > 1) content.append(Tambon.pager(n, stack.length, this.words, (to) => this.turn(stack, to)));
      this.popup(item, content);
    }
    // What was tapped last is what to show.
    async detail(path, names, query = "") {
      if (this.turning) this.turning.abort();
      const { signal } = (this.turning = new AbortController());
      const found = await this.ask(path, { ...names, lang: this.settings.language }, query, signal);
      return signal.aborted ? null : found;
    }
    popup(item, content) {
      const place = L.latLng(Tambon.toLat(item.y), Tambon.toLon(item.x));
      L.popup({ maxWidth: Math.min(340, this.map.getSize().x - 70), maxHeight: 380, autoPanPaddingTopLeft: [8, 60] }).setLatLng(place).setContent(content).openOn(this.map);
    }

    items() {
      return this.layers.flatMap((layer) => layer.items.map((item) => ({ layer, item })));
    }
    // The coloured areas, each where its name stands.
    areas() {
      const parts = this.coloured(this.outlines.parts(this.map)).filter(({ codes }) => this.counts(codes[0]));
      return parts.flatMap(({ codes, names, at }) => codes.map((code, i) => (
        { area: { code, name: names[i] }, item: { x: at[2 * i], y: at[2 * i + 1] } }
      )));
    }
    // Without a mouse: n and p go from item to item, or from area to area where colours stand alone, outwards
    // from the middle; Enter opens the one that is lit.
    pressed(event) {
      if (this.sketch.pressed(event)) return;
      const step = { n: 1, p: -1 }[event.key];
      if (step) {
        const middle = this.map.getSize().divideBy(2), items = this.byDistance(middle);
        if (!items.length) return;
        const { item, area } = this.lit || {};
        const now = items.findIndex((one) => one.item === item || (area && one.area && one.area.code === area.code));
        const next = items[(now + step + items.length) % items.length];
        this.light(next);
        const point = this.map.latLngToContainerPoint([Tambon.toLat(next.item.y), Tambon.toLon(next.item.x)]);
        this.tooltip.show(point, this.lines(next));
        this.tell(this.lines(next).join(" · "));
      } else if (event.key === "Enter" && this.lit) {
        this.open(this.lit);
      } else if (event.key === "Escape") {
        this.map.closePopup();
        this.light(null);
        this.tell(this.failed || "");
      }
    }
    byDistance(middle) {
      const centre = this.map.containerPointToLatLng(middle), x = Tambon.toX(centre.lng), y = Tambon.toY(centre.lat);
      const all = this.bare() ? this.areas() : this.items(), bounds = this.map.getBounds();
      return all
        .filter(({ item }) => bounds.contains([Tambon.toLat(item.y), Tambon.toLon(item.x)]))
        .sort((a, b) => Math.hypot(a.item.x - x, a.item.y - y) - Math.hypot(b.item.x - x, b.item.y - y));
    }
  }

  // Boundary outlines, in bands by zoom and parts by area; a part is fetched once and kept.
  class Outlines {
    constructor(settings, arrived) {
      this.base = settings.outlines;
      this.language = settings.language;
      this.lao = settings.lao; // a set of LAOs alone: its areas are the map's
      this.arrived = arrived;
      this.kept = new Map();
      this.get(this.lao ? "lao" : "index");
    }
    band(zoom) {
      return zoom <= 7 ? "province" : zoom <= 9 ? "amphoe" : zoom <= 12 ? "tambon" : "near";
    }
    digits(zoom) {
      return { province: 2, amphoe: 4, tambon: 6, near: 6 }[this.band(zoom)];
    }
    async get(band, part = "") {
      const name = band + part;
      if (this.kept.has(name)) return;
      this.kept.set(name, null);
      const response = await fetch(`${this.base}/${band}${part ? `?part=${part}` : ""}`).catch(() => null);
      if (!response || !response.ok) {
        this.kept.delete(name);
        return;
      }
      const answer = await response.json();
      this.kept.set(name, band === "index" ? answer : this.read(answer));
      if (band === "index" && this.map) this.see(this.map);
      this.arrived();
    }
    read(answer) {
      const shapes = new Map();
      for (const ring of Tambon.rings(answer)) {
        if (!shapes.has(ring.owner)) shapes.set(ring.owner, []);
        shapes.get(ring.owner).push(ring);
      }
      return { codes: answer.code, names: answer[this.language], at: Tambon.places(answer.at, answer.scale), shapes };
    }
    wanted(map, band) {
      const index = this.kept.get("index");
      if (!index) return [];
      if (band === "province" || band === "amphoe") return [""];
      const parts = index.parts[band === "tambon" ? "province" : "amphoe"], bounds = map.getBounds();
      return Object.keys(parts).filter((code) => {
        const [west, south, east, north] = parts[code];
        return bounds.intersects([[south, west], [north, east]]);
      });
    }
    see(map) {
      this.map = map;
      if (this.lao) return;
      this.get("index"); // again, where it did not come before
      const band = this.band(map.getZoom());
      for (const part of this.wanted(map, band)) this.get(band, part);
    }
    // What is there to draw now; while finer parts are on their way, the coarser ones.
    parts(map) {
      if (this.lao) return this.laos();
      const bands = ["near", "tambon", "amphoe", "province"], from = bands.indexOf(this.band(map.getZoom()));
      for (const band of bands.slice(from)) {
        const wanted = this.wanted(map, band), there = wanted.map((part) => this.kept.get(band + part)).filter(Boolean);
        if (there.length && there.length === wanted.length) return there;
      }
      return [];
    }
    laos() {
      this.get("lao");
      return [this.kept.get("lao")].filter(Boolean);
    }
    areaAt(parts, x, y) {
      for (const part of parts) {
        for (const [owner, rings] of part.shapes) {
          if (Tambon.holds(rings, x, y)) return { code: part.codes[owner], name: part.names[owner] };
        }
      }
      return null;
    }
  }

  function parentHash() {
    try {
      return window.parent.location.hash;
    } catch (error) {
      return "";
    }
  }

  Tambon.start = (map, settings) => {
    Tambon.atlas = new Atlas(map, settings);
  };
})(window.Tambon);

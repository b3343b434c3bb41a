// What stands around and above the map: legend, notes, tooltip and popup. Everything from outside is put in
// as text, never as HTML.
"use strict";

(function (Tambon) {
  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  }

  function panel(map, position, className, tag) {
    const control = L.control({ position });
    control.onAdd = () => {
      const element = make(tag || "div", `tambon-panel ${className}`);
      L.DomEvent.disableClickPropagation(element);
      L.DomEvent.disableScrollPropagation(element);
      return element;
    };
    control.addTo(map);
    return control.getContainer();
  }

  function swatch(entry, rim) {
    const canvas = make("canvas", "tambon-swatch"), ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.height = 18 * ratio;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    Tambon.drawSymbol(context, entry.shape, entry.color, 9, 9, 5.5, rim || "#fff", 1);
    return canvas;
  }

  function dash(entry, number) {
    const canvas = make("canvas", "tambon-swatch"), ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.height = 18 * ratio;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.setLineDash(Tambon.STATUS_DASHES[number % Tambon.STATUS_DASHES.length]);
    context.strokeStyle = entry.color;
    context.lineWidth = 3;
    context.strokeRect(3, 3, 12, 12);
    return canvas;
  }

  function line(mark, label, n) {
    const row = make("li");
    row.append(mark, make("span", "tambon-label", label), make("span", "tambon-n", n));
    return row;
  }

  const number = (n) => n.toLocaleString("en-US");

  // ``rimmed`` says of a layer whether its outlines tell the status.
  function legend(element, layers, shades, words, rimmed) {
    element.replaceChildren(make("summary", "", words.legend));
    if (shades) element.append(...shadesLegend(shades, words));
    for (const layer of layers) {
      if (!layer.answer) continue;
      const title = make("h4", "", layer.title);
      title.append(make("span", "tambon-n", number(layer.answer.n)));
      element.append(title);
      if (layer.answer.closed) element.append(make("p", "", words.closed));
      else if (!layer.answer.n) element.append(make("p", "", words.nothing_here));
      const shown = layer.answer.legend.filter((entry) => entry.n && entry.label);
      const list = make("ul");
      for (const entry of shown) list.append(line(swatch(entry, "#444"), entry.label, number(entry.n)));
      element.append(list);
      if (!rimmed(layer) || !layer.answer.status.some((entry) => entry.n)) continue;
      const states = make("ul");
      layer.answer.status.forEach((entry, i) => {
        if (entry.n) states.append(line(dash(entry, i), entry.label, number(entry.n)));
      });
      element.append(make("h5", "", words.status), states);
    }
  }

  function shadesLegend(shades, words) {
    const list = make("ul");
    for (const step of shades.steps) {
      const mark = make("span", "tambon-shade");
      mark.style.background = step.color;
      list.append(line(mark, step.kind ? words[`target_${step.kind}`] : span(step), number(step.n)));
    }
    const none = make("span", "tambon-shade tambon-no-data");
    list.append(line(none, words.no_data, ""));
    return [make("h4", "", shades.title), list];
  }
  function span({ low, high }) {
    const short = (n) => n.toLocaleString("en-US", { maximumFractionDigits: 1 });
    return short(low) === short(high) ? short(low) : `${short(low)}–${short(high)}`;
  }

  // A small text beside the pointer.
  class Tooltip {
    constructor(map) {
      this.map = map;
      this.element = make("div", "tambon-tooltip");
      this.element.hidden = true;
      map.getContainer().append(this.element);
    }
    show(point, lines) {
      this.element.replaceChildren(...lines.map((text, i) => make("div", i ? "" : "tambon-strong", text)));
      this.element.hidden = false;
      const size = this.map.getSize(), { offsetWidth: width, offsetHeight: height } = this.element;
      this.element.style.left = `${Math.min(point.x + 14, size.x - width - 4)}px`;
      this.element.style.top = `${Math.min(point.y + 14, size.y - height - 4)}px`;
    }
    hide() {
      this.element.hidden = true;
    }
  }

  function popup(record, settings) {
    const words = settings.words, body = make("div", "tambon-popup");
    body.append(make("h3", "", record.title));
    if (record.place) body.append(make("p", "tambon-place", record.place));
    const rows = record.rows.slice();
    const area = record.area;
    if (area.declared) rows.push([words.area_declared, area.declared]);
    if (area.measured) rows.push([words.area_measured, area.measured + difference(area)]);
    if (area.length) rows.push([words.length, area.length]);
    const table = make("dl");
    for (const [label, value] of rows) table.append(make("dt", "", label), make("dd", "", value));
    body.append(table);
    body.append(make("p", `tambon-verdict tambon-${record.verdict}`, verdict(record, words)));
    const drawn = words[`drawn_${record.drawn}`];
    if (drawn) body.append(make("p", "tambon-note", drawn + accuracy(record, words)));
    if (record.photos.length) body.append(photos(record.photos, words));
    body.append(link(words.open_record, recordAddress(record, settings), "tambon-more"));
    return body;
  }
  // A frame of Streamlit's may not lead its page elsewhere; a link of the page itself may.
  function link(text, address, className) {
    const element = make("a", className, text);
    element.href = address;
    element.target = "_top";
    element.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab or window of its own
      event.preventDefault();
      Object.assign(window.parent.document.createElement("a"), { href: address }).click();
    });
    return element;
  }
  function recordAddress({ instance_id: id }, { language }) {
    return `/records?record=${encodeURIComponent(id)}&lang=${language}`;
  }

  // What a counted cell holds: the newest records, and where all of them are listed.
  function listing(found, settings) {
    const words = settings.words, body = make("div", "tambon-popup"), rows = make("ol");
    body.append(make("h3", "", found.title), make("p", "tambon-place", `${number(found.n)} ${words.in_one_place}`));
    for (const record of found.records) {
      const row = make("li");
      row.append(link(record.says.join(" · ") || words.open_record, recordAddress(record, settings)));
      rows.append(row);
    }
    body.append(link(words.all_records, found.listed, "tambon-more"));
    if (found.records.length < found.n) body.append(make("p", "tambon-note", `${words.newest}: ${found.records.length}`));
    body.append(rows);
    return body;
  }

  // Leafs through records that stand in one place.
  function pager(n, all, words, turn) {
    const row = make("div", "tambon-pager");
    const button = (text, label, to) => {
      const one = make("button", "", text);
      one.type = "button";
      one.setAttribute("aria-label", label);
      one.addEventListener("click", () => turn((to + all) % all));
      return one;
    };
    row.append(button("‹", words.before, n - 1), make("span", "", `${n + 1} / ${all} ${words.in_one_place}`), button("›", words.after, n + 1));
    return row;
  }

  function photos(addresses, words) {
    const box = make("div", "tambon-photos");
    for (const address of addresses) {
      const link = make("a"), image = make("img");
      link.href = address;
      link.target = "_blank";
      image.src = address;
      image.alt = words.photo;
      image.loading = "lazy";
      image.addEventListener("error", () => link.remove());
      link.append(image);
      box.append(link);
    }
    return box;
  }

  function difference(area) {
    if (area.difference_percent === undefined || area.difference_percent === null) return "";
    return ` (${area.difference_percent > 0 ? "+" : ""}${area.difference_percent}%)`;
  }
  function verdict(record, words) {
    const told = words[`verdict_${record.verdict}`] || record.verdict;
    if (record.distance_m === null || record.distance_m === undefined) return told;
    return `${told} · ${words.to_line} ${number(Math.round(record.distance_m))} ${words.metres}`;
  }
  function accuracy(record, words) {
    return record.accuracy_m ? ` ±${number(Math.round(record.accuracy_m))} ${words.metres}` : "";
  }

  Object.assign(Tambon, { make, panel, legend, Tooltip, popup, listing, pager });
})(window.Tambon);

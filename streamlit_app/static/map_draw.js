// Draws areas, shapes, symbols, counted cells and names on one canvas that moves with Leaflet's map.
"use strict";

(function (Tambon) {
  const LAND = "#fbfbf7", LINE = "#8a9a90", NAME = "#41504a", NO_DATA = "#f1f1ec";
  const FONT = '"Source Sans", "Noto Sans Thai", Sarabun, "Leelawadee UI", Loma, Tahoma, sans-serif';
  const DETAIL_ZOOM = 13; // from here on there is room for the outline that tells the status
  const STATUS_DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3], [1, 4], [10, 4]];

  Tambon.Canvas = L.Renderer.extend({
    options: { padding: 0.1 },

    // `paint(brush)` is called whenever everything must be drawn again.
    initialize(paint) {
      L.Renderer.prototype.initialize.call(this, {});
      this._paint = paint;
    },
    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.setAttribute("aria-hidden", "true");
      this._context = this._container.getContext("2d");
    },
    _destroyContainer() {
      this._container.remove();
    },
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize(), ratio = window.devicePixelRatio || 1, canvas = this._container;
      L.DomUtil.setPosition(canvas, this._bounds.min);
      canvas.width = size.x * ratio;
      canvas.height = size.y * ratio;
      canvas.style.width = size.x + "px";
      canvas.style.height = size.y + "px";
      this.redraw();
    },
    redraw() {
      if (!this._map || !this._bounds) return;
      const ratio = window.devicePixelRatio || 1, low = this._bounds.min;
      this._context.setTransform(1, 0, 0, 1, 0, 0);
      this._context.clearRect(0, 0, this._container.width, this._container.height);
      this._context.setTransform(ratio, 0, 0, ratio, -low.x * ratio, -low.y * ratio);
      this._paint(new Brush(this._context, this._map, this._bounds));
    },
  });

  class Brush {
    constructor(context, map, bounds) {
      this.context = context;
      this.scale = map.options.crs.scale(map.getZoom());
      this.origin = map.getPixelOrigin();
      this.bounds = bounds;
      this.taken = [];
      this.detailed = map.getZoom() >= DETAIL_ZOOM;
      this.pointPx = Math.max(3, Math.min(6, map.getZoom() - 7.5));
    }
    x(x) { return x * this.scale - this.origin.x; }
    y(y) { return y * this.scale - this.origin.y; }
    sees(box) {
      return this.x(box[2]) >= this.bounds.min.x && this.x(box[0]) <= this.bounds.max.x
        && this.y(box[3]) >= this.bounds.min.y && this.y(box[1]) <= this.bounds.max.y;
    }

    trace(rings) {
      this.context.beginPath();
      for (const ring of rings) {
        const xy = ring.xy;
        this.context.moveTo(this.x(xy[0]), this.y(xy[1]));
        for (let i = 2; i < xy.length; i += 2) this.context.lineTo(this.x(xy[i]), this.y(xy[i + 1]));
        if (ring.closed) this.context.closePath();
      }
    }

    // Areas of the base map; `colour(code)` gives a choropleth's fill, null where there is no data.
    areas(part, colour, based) {
      const context = this.context;
      context.lineWidth = 1;
      context.setLineDash([]);
      context.strokeStyle = LINE;
      part.shapes.forEach((rings, owner) => {
        const seen = rings.filter((ring) => this.sees(ring.box));
        if (!seen.length) return;
        this.trace(rings);
        const fill = colour ? colour(part.codes[owner]) : LAND;
        context.fillStyle = fill || NO_DATA;
        context.globalAlpha = based ? (colour ? 0.65 : 0) : 1; // a base map below stays visible
        context.fill("evenodd");
        context.globalAlpha = 1;
        context.stroke();
        if (colour && !fill) this.hatch(); // last, as it begins a path of its own
      });
    }
    // No data is not zero: it is hatched, never coloured.
    hatch() {
      this.context.save();
      this.context.clip("evenodd");
      this.context.strokeStyle = "#d4d8d2";
      this.context.beginPath();
      const { min, max } = this.bounds, height = max.y - min.y;
      const first = Math.floor((min.x - height + this.origin.x) / 10) * 10 - this.origin.x;
      for (let x = first; x < max.x; x += 10) {
        this.context.moveTo(x, max.y);
        this.context.lineTo(x + height, min.y);
      }
      this.context.stroke();
      this.context.restore();
    }
    // A name steps aside where it would lie on a record; where records are all around, it stays.
    names(part, size, items) {
      const context = this.context;
      context.font = `${size}px ${FONT}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      part.names.forEach((name, i) => {
        const x = this.x(part.at[2 * i]), middle = this.y(part.at[2 * i + 1]), half = context.measureText(name).width / 2 + 4;
        const around = (at) => [x - half, at - size, x + half, at + size];
        const free = (at) => !items.some((item) => holds(around(at), this.x(item.x), this.y(item.y)));
        const y = [middle, middle - 2 * size, middle + 2 * size].find(free) || middle, box = around(y);
        if (!this.bounds.contains(L.point(x, y)) || this.taken.some((other) => meet(box, other))) return;
        this.taken.push(box);
        context.strokeStyle = "rgba(255,255,255,.85)";
        context.lineWidth = 4;
        context.strokeText(name, x, y);
        context.fillStyle = NAME;
        context.fillText(name, x, y);
      });
    }

    // The outline that filters, or the one being drawn.
    outline(corners, closed) {
      const context = this.context;
      context.beginPath();
      corners.forEach(([x, y], i) => context[i ? "lineTo" : "moveTo"](this.x(x), this.y(y)));
      if (closed) context.closePath();
      context.setLineDash([7, 5]);
      context.lineWidth = 2.5;
      context.strokeStyle = "#5e35b1";
      context.stroke();
      context.setLineDash([]);
      for (const [x, y] of closed ? [] : corners) drawSymbol(context, "circle", "#5e35b1", this.x(x), this.y(y), 4, "#fff", 1.5);
    }

    item(item, layer, lit) {
      if (item.parts) this.cell(item, layer, lit);
      else if (item.rings) this.shape(item, layer, lit);
      else this.point(item, layer, lit);
    }
    shape(item, layer, lit) {
      const context = this.context, entry = layer.legend[item.category], status = layer.status[item.status];
      this.trace(item.rings);
      if (item.rings[0].closed) {
        context.globalAlpha = lit ? 0.8 : 0.5;
        context.fillStyle = entry.color;
        context.fill("evenodd");
        context.globalAlpha = 1;
      }
      context.strokeStyle = status ? status.color : darker(entry.color);
      context.lineWidth = lit ? 4 : item.rings[0].closed ? 2 : 3;
      context.setLineDash(status ? STATUS_DASHES[item.status % STATUS_DASHES.length] : []);
      context.stroke();
      context.setLineDash([]);
      const box = item.rings[0].box;
      if (this.x(box[2]) - this.x(box[0]) > 40) this.symbol(entry, this.x(item.x), this.y(item.y), 5, "#fff", 1.5);
    }
    point(item, layer, lit) {
      const entry = layer.legend[item.category], status = this.detailed && layer.status[item.status];
      const rim = status ? status.color : "#ffffff", size = lit ? this.pointPx + 3 : this.pointPx;
      this.symbol(entry, this.x(item.x), this.y(item.y), size, rim, status ? 2 : 1);
    }
    symbol(entry, x, y, size, rim, width) {
      drawSymbol(this.context, entry.shape, entry.color, x, y, size, rim, width);
    }
    // A counted cell: its number in a ring that shows what the number is made of.
    cell(item, layer, lit) {
      const context = this.context, [right, down] = layer.shift, x = this.x(item.x) + right, y = this.y(item.y) + down;
      const radius = Math.min(right ? 11 : 18, 8 + 2.2 * Math.log10(item.n + 1)) + (lit ? 2 : 0);
      context.beginPath();
      context.arc(x, y, radius + 1, 0, 2 * Math.PI);
      context.fillStyle = "#fff";
      context.fill();
      let angle = -Math.PI / 2;
      context.lineWidth = 4;
      for (const part of item.parts) {
        const next = angle + (2 * Math.PI * part.n) / item.n;
        context.beginPath();
        context.arc(x, y, radius - 2, angle, next);
        context.strokeStyle = layer.legend[part.category].color;
        context.stroke();
        angle = next;
      }
      context.font = `600 ${radius > 13 ? 11 : 10}px ${FONT}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillStyle = "#1c2b21";
      context.fillText(short(item.n), x, y + 0.5);
    }
  }

  const holds = (box, x, y) => x > box[0] && x < box[2] && y > box[1] && y < box[3];
  const meet = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
  const short = (n) => (n < 1000 ? String(n) : n < 1e6 ? `${Math.round(n / 100) / 10}k` : `${Math.round(n / 1e5) / 10}M`);

  function darker(colour) {
    const part = (from) => Math.round(parseInt(colour.slice(from, from + 2), 16) * 0.7);
    return `rgb(${part(1)},${part(3)},${part(5)})`;
  }

  const CORNERS = {
    square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    triangle: [[0, -1.1], [1.05, 0.8], [-1.05, 0.8]],
    diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
    plus: [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1],
      [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]],
    cross: [[0, -0.6], [0.6, -1.2], [1.2, -0.6], [0.6, 0], [1.2, 0.6], [0.6, 1.2], [0, 0.6], [-0.6, 1.2],
      [-1.2, 0.6], [-0.6, 0], [-1.2, -0.6], [-0.6, -1.2]],
    pentagon: around(5, 1.1, 1.1),
    star: around(10, 1.3, 0.6),
  };
  function around(corners, outer, inner) {
    return Array.from({ length: corners }, (_, i) => {
      const angle = (2 * Math.PI * i) / corners - Math.PI / 2, far = i % 2 ? inner : outer;
      return [far * Math.cos(angle), far * Math.sin(angle)];
    });
  }

  function drawSymbol(context, shape, colour, x, y, size, rim, width) {
    context.beginPath();
    const corners = CORNERS[shape];
    if (corners) corners.forEach(([dx, dy], i) => context[i ? "lineTo" : "moveTo"](x + dx * size, y + dy * size));
    else context.arc(x, y, size, 0, 2 * Math.PI);
    context.closePath();
    context.fillStyle = colour;
    context.fill();
    context.lineWidth = width;
    context.strokeStyle = rim;
    context.stroke();
  }

  Object.assign(Tambon, { drawSymbol, STATUS_DASHES, DETAIL_ZOOM });
})(window.Tambon);

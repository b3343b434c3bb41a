// Reads the map's compact answers: integer differences back into places, in web Mercator from 0 to 1.
"use strict";

window.Tambon = window.Tambon || {};

(function (Tambon) {
  const toX = (lon) => (lon + 180) / 360;
  const toY = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
  const toLon = (x) => x * 360 - 180;
  const toLat = (y) => (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;

  // Differences of (lon, lat) pairs in steps of 1/scale degree -> x, y, x, y …
  function places(deltas, scale) {
    const out = new Float64Array(deltas.length);
    let lon = 0, lat = 0;
    for (let i = 0; i < deltas.length; i += 2) {
      lon += deltas[i];
      lat += deltas[i + 1];
      out[i] = toX(lon / scale);
      out[i + 1] = toY(lat / scale);
    }
    return out;
  }

  // Flat rings -> [{owner, xy, box, closed}], each with its own slice of the places. Lines have negative sizes.
  function rings(answer) {
    if (!answer.rings) return [];
    const all = places(answer.xy, answer.scale), found = [];
    for (let i = 0, from = 0; i < answer.rings.length; i += 2) {
      const size = answer.rings[i + 1], length = Math.abs(size) * 2, xy = all.subarray(from, from + length);
      found.push({ owner: answer.rings[i], xy, box: boxOf(xy), closed: size > 0 });
      from += length;
    }
    return found;
  }

  function boxOf(xy) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < xy.length; i += 2) {
      box[0] = Math.min(box[0], xy[i]);
      box[1] = Math.min(box[1], xy[i + 1]);
      box[2] = Math.max(box[2], xy[i]);
      box[3] = Math.max(box[3], xy[i + 1]);
    }
    return box;
  }

  function running(deltas) {
    let sum = 0;
    return deltas.map((delta) => (sum += delta));
  }

  // One layer's answer -> {items: [...]}, an item being a record or a counted cell.
  function readView(answer) {
    return answer.kind === "cells" ? readCells(answer) : readFeatures(answer);
  }

  function readFeatures(answer) {
    const at = places(answer.at, answer.scale);
    const items = running(answer.seq).map((seq, i) => ({
      seq, key: answer.key ? answer.key[i] : "", category: answer.category[i], status: answer.status_of[i],
      x: at[2 * i], y: at[2 * i + 1], rings: null,
    }));
    for (const ring of rings(answer)) place(items[ring.owner], ring);
    return items;
  }

  // A shape stands in the middle of its first ring, a line on itself.
  function place(item, ring) {
    if (item.rings) return item.rings.push(ring);
    const { box, closed, xy } = ring, at = 2 * Math.floor(xy.length / 4);
    item.rings = [ring];
    item.x = closed ? (box[0] + box[2]) / 2 : xy[at];
    item.y = closed ? (box[1] + box[3]) / 2 : xy[at + 1];
    return 1;
  }

  function readCells(answer) {
    const size = answer.cell_deg, items = [];
    let column = 0, row = 0, next = 0;
    for (let i = 0; i < answer.count.length; i++) {
      column += answer.cell[2 * i];
      row += answer.cell[2 * i + 1];
      const parts = [];
      for (let k = 0; k < answer.parts[i]; k++, next++) {
        parts.push({ category: answer.part[2 * next], n: answer.part[2 * next + 1] });
      }
      const x = toX((column + 0.5) * size), y = toY((row + 0.5) * size);
      items.push({ n: answer.count[i], parts, category: parts[0].category, x, y, column, row });
    }
    return items;
  }

  // Even-odd rule over all rings, so that holes are holes.
  function holds(list, x, y) {
    let inside = false;
    for (const ring of list) {
      if (!ring.closed) continue;
      const xy = ring.xy;
      for (let i = 0, j = xy.length - 2; i < xy.length; j = i, i += 2) {
        const crosses = xy[i + 1] > y !== xy[j + 1] > y;
        if (crosses && x < ((xy[j] - xy[i]) * (y - xy[i + 1])) / (xy[j + 1] - xy[i + 1]) + xy[i]) inside = !inside;
      }
    }
    return inside;
  }

  // How far a place is from the nearest line of a shape.
  function away(list, x, y) {
    let least = Infinity;
    for (const { xy, closed } of list) {
      for (let i = closed ? 0 : 2, j = closed ? xy.length - 2 : 0; i < xy.length; j = i, i += 2) {
        const dx = xy[i] - xy[j], dy = xy[i + 1] - xy[j + 1], far = dx * dx + dy * dy;
        const along = far && Math.max(0, Math.min(1, ((x - xy[j]) * dx + (y - xy[j + 1]) * dy) / far));
        least = Math.min(least, Math.hypot(x - xy[j] - along * dx, y - xy[j + 1] - along * dy));
      }
    }
    return least;
  }

  Object.assign(Tambon, { toX, toY, toLon, toLat, places, rings, readView, holds, away });
})(window.Tambon);

// Makes every icon of the desktop from resources/icons/icon.svg: PNG for Linux and the tray, ICO for Windows, ICNS for macOS.
// Chromium draws them; nothing here uses the network. The results are kept in the repository: `npm run icons` after a change.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { findChromium } from './programs.mjs';

const folder = resolve(import.meta.dirname, '../resources/icons');

/** Types of an ICNS entry by the width of the PNG in it. */
const icnsTypes = /** @type {const} */ ([
  [16, 'icp4'],
  [32, 'icp5'],
  [128, 'ic07'],
  [256, 'ic08'],
  [512, 'ic09'],
  [1024, 'ic10'],
]);
const icoSizes = [16, 24, 32, 48, 64, 128, 256];

/**
 * An ICO file that holds PNGs: a head, one entry each (size, offset), then the PNGs.
 * @param {{ size: number, png: Buffer }[]} images
 */
export function icoOf(images) {
  const head = Buffer.alloc(6 + images.length * 16);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ size, png }, index) => {
    const at = 6 + index * 16;
    head.writeUInt8(size % 256, at); // 0 says 256
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([head, ...images.map(({ png }) => png)]);
}

/**
 * An ICNS file that holds PNGs: a head, then type, length and PNG of each.
 * @param {{ type: string, png: Buffer }[]} images
 */
export function icnsOf(images) {
  const entries = images.map(({ type, png }) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(png.length + 8, 4);
    return Buffer.concat([head, png]);
  });
  const body = Buffer.concat(entries);
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}

/** The icon with a dot, for alerts that are unread. @param {string} svg */
const withDot = (svg) =>
  svg.replace('</svg>', '<circle cx="404" cy="108" r="92" fill="#e5484d" stroke="none" /></svg>');

/** The number of unread alerts, for the taskbar of Windows. @param {string} text */
const badge = (text) =>
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#e5484d" />' +
  `<text x="16" y="${text.length === 1 ? 24 : 22.5}" font-family="sans-serif" font-weight="700" ` +
  `font-size="${text.length === 1 ? 23 : 18}" text-anchor="middle" fill="#fff">${text}</text></svg>`;

async function make() {
  const svg = readFileSync(join(folder, 'icon.svg'), 'utf8');
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    /** @param {number} size @param {string} [drawing] */
    const draw = async (size, drawing = svg) => {
      await page.setViewportSize({ width: size, height: size });
      await page.setContent(
        `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`,
      );
      return page.screenshot({ omitBackground: true });
    };
    /** @type {Map<number, Buffer>} */
    const drawn = new Map();
    for (const size of new Set([...icoSizes, ...icnsTypes.map(([size]) => size)])) drawn.set(size, await draw(size));
    /** @param {number} size */
    const png = (size) => drawn.get(size) ?? Buffer.alloc(0);
    writeFileSync(join(folder, 'icon.png'), png(512));
    writeFileSync(join(folder, 'icon.ico'), icoOf(icoSizes.map((size) => ({ size, png: png(size) }))));
    writeFileSync(join(folder, 'icon.icns'), icnsOf(icnsTypes.map(([size, type]) => ({ type, png: png(size) }))));
    for (const [scale, suffix] of /** @type {const} */ ([
      [16, ''],
      [32, '@2x'],
    ])) {
      writeFileSync(join(folder, `tray${suffix}.png`), await draw(scale));
      writeFileSync(join(folder, `tray-alert${suffix}.png`), await draw(scale, withDot(svg)));
    }
    for (let count = 1; count <= 9; count += 1) {
      writeFileSync(join(folder, `badge-${count}.png`), await draw(32, badge(String(count))));
    }
    writeFileSync(join(folder, 'badge-more.png'), await draw(32, badge('9+')));
  } finally {
    await browser.close();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await make();

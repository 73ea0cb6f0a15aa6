// Runs a node in n8n's editor with a real browser: node screenshot.mjs ADDRESS WORKFLOW NODE EXPECTED EMAIL PASSWORD PNG
// Waits for EXPECTED in its output, prints the text that a person then sees in the opened node, and keeps the picture.
import { createRequire } from 'node:module';

const [address, workflow, node, expected, email, password, png] = process.argv.slice(2);
const { chromium } = createRequire(new URL('server/', import.meta.url))('playwright-core');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox'], // the tests may run as root, and the pages are our own
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(90_000);
  await page.goto(`${address}/signin?redirect=${encodeURIComponent(`/workflow/${workflow}`)}`);
  await page.locator('input[type="email"]').fill(email);
  await page.locator('input[type="password"]').fill(password);
  await page.locator('button[data-test-id="form-submit-button"]').click();
  const placed = page.locator('[data-test-id="canvas-node"]').filter({ hasText: node });
  await placed.waitFor();
  await page.keyboard.press('Escape');
  await placed.dblclick();
  const opened = page.locator('[data-test-id="ndv"]').first();
  await opened.getByText('Resource', { exact: true }).waitFor();
  await opened.locator('[data-test-id="node-execute-button"]').first().click();
  await opened.locator('[data-test-id="ndv-output-panel"], [data-test-id="output-panel"]').getByText(expected).first().waitFor();
  await page.waitForTimeout(1500); // for what moves to come to rest
  await page.screenshot({ path: png });
  console.log(await opened.innerText());
} finally {
  await browser.close();
}

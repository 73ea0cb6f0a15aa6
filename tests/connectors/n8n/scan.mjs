// The scanner of community packages without its network: node scan.mjs SOURCES UNPACKED
// Runs both of its linting legs, in which a package's own exceptions do not count. Only the provenance is not looked at.
import { SOURCE_FILE_PATTERNS, analyzePackage } from '@n8n/scan-community-package/scanner/scanner.mjs';

const [sources, unpacked] = process.argv.slice(2);
const legs = {
  sources: await analyzePackage(sources, [...SOURCE_FILE_PATTERNS, 'runtime/**/*.ts']),
  tarball: await analyzePackage(unpacked, ['**/*.js', 'package.json']),
};
for (const [name, { passed, message, details }] of Object.entries(legs))
  console.log(name, passed ? 'passed' : `failed: ${message}\n${details ?? ''}`);
process.exit(Object.values(legs).every(({ passed }) => passed) ? 0 : 1);

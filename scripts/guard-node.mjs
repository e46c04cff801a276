// First command of every script: pnpm falls back to the system's Node in silence when an install fails.
const [major, minor] = process.versions.node.split(".").map(Number);
if (!((major === 24 && minor >= 15) || major >= 26)) {
  console.error(
    `error: Loong needs Node ^24.15.0 or >=26.0.0, but this script runs on ${process.version} (${process.execPath}).\n` +
      "hint: run it through pnpm (`npx -y pnpm@12 install`, then `npx -y pnpm@12 run <script>`), which brings the right Node.",
  );
  process.exit(2);
}

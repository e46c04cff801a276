#!/usr/bin/env node
// ES5 in CommonJS, which every Node since 10 can read: an old one gets a sentence instead of a syntax error.
"use strict";

var major = Number(process.versions.node.split(".")[0]);
var minor = Number(process.versions.node.split(".")[1]);

if (!((major === 24 && minor >= 15) || major >= 26)) {
  process.stderr.write(
    "error: loong needs Node 24.15 or a later 24, or Node 26 or later; this is Node " + process.versions.node + ".\n",
  );
  process.exitCode = 1;
} else if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
  process.stdout.write(require("../package.json").version + "\n");
} else {
  require("node:module").enableCompileCache();
  import("../dist/main.js").catch(function (error) {
    process.stderr.write("error: loong could not start: " + ((error && error.stack) || error) + "\n");
    process.stderr.write("hint: the installation is damaged; install it again with `npm install -g @loong/cli`.\n");
    process.exitCode = 2;
  });
}

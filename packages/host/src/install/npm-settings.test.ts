import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { readNpmSettings } from "./npm-settings.ts";

/** A home with an `.npmrc`, and a prefix with one for everybody on the machine. */
function machine(user: string, everybody = ""): { readonly HOME: string; readonly npm_config_prefix: string } {
  const [HOME, npm_config_prefix] = [tempDir(), tempDir()];
  writeFileSync(join(HOME, ".npmrc"), user);
  mkdirSync(join(npm_config_prefix, "etc"));
  writeFileSync(join(npm_config_prefix, "etc", "npmrc"), everybody);
  return { HOME, npm_config_prefix };
}

test("the nearest word counts: the environment's, the user's, the machine's", () => {
  const env = machine(
    "proxy=http://user.test\nnoproxy=a.test",
    "proxy=http://all.test\nnoproxy=b.test\nstrict-ssl=false",
  );
  expect(
    readNpmSettings({ ...env, npm_config_proxy: "http://env.test", NPM_CONFIG_HTTPS_PROXY: "http://s.test" }),
  ).toEqual({
    proxy: "http://env.test",
    "https-proxy": "http://s.test",
    noproxy: "a.test",
    "strict-ssl": "false",
  });
});

test("names of the environment are filled in, and a list is a list", () => {
  const env = machine(
    '//a.test/:_authToken=${TOKEN}\n//b.test/:_authToken=${NONE}\n//c.test/:_auth=${NONE?}\nca[]="one\\ntwo"\nca[]=three',
  );
  expect(readNpmSettings({ ...env, TOKEN: "t0ken" })).toEqual({
    "//a.test/:_authToken": "t0ken",
    "//b.test/:_authToken": "${NONE}",
    "//c.test/:_auth": "",
    ca: "one\ntwo\n\nthree",
  });
});

test("a path is whole, from the operator's home or from where the command runs", () => {
  const env = machine("cafile=~/acme.pem\n//a.test/:certfile=~/ann.pem\n//a.test/:keyfile=ann.key");
  expect(readNpmSettings(env)).toEqual({
    cafile: join(env.HOME, "acme.pem"),
    "//a.test/:certfile": join(env.HOME, "ann.pem"),
    "//a.test/:keyfile": join(process.cwd(), "ann.key"),
  });
});

test("a token in the environment keeps its address", () => {
  const env = { ...machine(""), "npm_config_//a.test/b_c/:_authToken": "t0ken" };
  expect(readNpmSettings(env)).toEqual({ "//a.test/b_c/:_authToken": "t0ken" });
});

test("nothing that names a program is read, and a file that is not there is empty", () => {
  const env = machine(
    "git=/tmp/evil\nscript-shell=/tmp/evil\nnode-options=--require=/tmp/evil\n_authToken=old\nproxy=null",
  );
  expect(readNpmSettings(env)).toEqual({});
  expect(
    readNpmSettings({ npm_config_userconfig: "/nowhere/npmrc", npm_config_globalconfig: "/nowhere/global" }),
  ).toEqual({});
});

import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { loong, spawnLoong } from "./loong.ts";
import { homeWithChannels, temporaryHome } from "./temporary-home.ts";

test("a provider's emulator serves until Ctrl-C; ask and the model list speak to it", async () => {
  const home = await temporaryHome();
  const emulator = spawnLoong(home, ["dev", "emulate", "llm"]);
  onTestFinished(() => void emulator.kill("SIGKILL"));
  const [url] = (await once(createInterface(emulator.stdout), "line")) as [string];
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);

  const provider = { kind: "volcengine", baseUrl: `${url}/api/v3`, apiKey: "any-key" };
  const patch = JSON.stringify({ activeProvider: "main", providers: { main: provider } });
  expect(await loong(home, ["config", "patch", patch])).toMatchObject({ exitCode: 0 });
  expect(await loong(home, ["ask", "--message", "hello"])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("hello"),
  });
  expect(JSON.parse((await loong(home, ["ask", "--message", "hello", "--json"])).stdout)).toMatchObject({
    answer: expect.stringContaining("hello"),
    model: expect.any(String),
  });
  const listed = await loong(home, ["runtime", "models", "list", "--json"]);
  expect(JSON.parse(listed.stdout)).toMatchObject({
    providerId: "main",
    models: expect.arrayContaining([expect.objectContaining({ chat: true })]),
  });
  expect((await loong(home, ["list-models", "--json"])).stdout).toBe(listed.stdout);

  emulator.kill("SIGINT");
  expect(emulator.exitCode ?? (await once(emulator, "exit"))[0]).toBe(0);
});

test("a plugin without an emulator is an error that names those with one", async () => {
  expect(await loong(await homeWithChannels([{ id: "fake" }]), ["dev", "emulate", "fake"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^error: .*"fake".* llm.*\nhint: ./u),
  });
});

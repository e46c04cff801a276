import { body } from "./answer.ts";
import type { Route } from "./router.ts";

/** @see https://open.feishu.cn/document/client-docs/bot-v3/obtain-bot-info (read 2026-05); the key is `bot`, not `data`. */
export function botInfoRoutes(): Route[] {
  return [
    {
      method: "GET",
      path: "/open-apis/bot/v3/info",
      auth: "bot",
      handle({ app }) {
        const bot = {
          activate_status: 2,
          app_name: app.botName,
          avatar_url: "https://s1-imfile.feishucdn.com/static-resource/v1/emulator",
          ip_white_list: [],
          open_id: app.botOpenId,
        };
        return body({ code: 0, msg: "ok", bot });
      },
    },
  ];
}

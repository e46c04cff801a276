/**
 * What is asked for. Edits are left out on purpose: a message is answered once, as it was first said. Channel posts are not
 * spoken to a bot. The list stays in force at Telegram until another one is sent.
 *
 * @see https://core.telegram.org/bots/api#update (read 2026-08)
 */
export const UPDATE_KINDS: ("message" | "callback_query")[] = ["message", "callback_query"];

import { type EmulatorClock, type JsonRecord, stringAt } from "@loong/emulator-kit";
import type { Settings } from "../options.ts";
import type { Message, Rooms } from "../state/rooms.ts";
import { OK, refuse, type Answer } from "../wire/answer.ts";
import type { Ticket } from "../wire/tickets.ts";
import { CONTENT_BYTES, feedbackIdOf, isTooLong } from "./content.ts";

/** Bubbles that are being written: each frame replaces what the bubble shows. */
export interface Streams {
  frame(ticket: Ticket, stream: JsonRecord): Answer;
  /** The bubble of a stream, if it has one. */
  bubble(ticket: Ticket, streamId: string): Message | undefined;
  /** From now on no stream that was begun can be changed. */
  expire(): void;
}

interface Stream {
  readonly message: Message;
  readonly firstFrameAtMs: number;
  readonly generation: number;
  /** For the platform; people may see an open bubble all the same. */
  finished: boolean;
}

export function createStreams(rooms: Rooms, clock: EmulatorClock, settings: Settings): Streams {
  const streams = new WeakMap<Ticket, Map<string, Stream>>();
  const ofTicket = (ticket: Ticket): Map<string, Stream> => streams.get(ticket) ?? new Map<string, Stream>();
  let generation = 0;

  const isExpired = (stream: Stream): boolean =>
    stream.generation < generation || clock.now() - stream.firstFrameAtMs > settings.streamExpiryMs;

  function begin(ticket: Ticket, id: string, frame: Frame): Answer {
    const siblings = ofTicket(ticket);
    if (ticket.chat === undefined) return refuse(846605);
    if (siblings.size >= settings.streamsPerReqId) return refuse(6000);
    const message = rooms.post({
      chat: ticket.chat,
      from: { kind: "bot", bot: ticket.bot },
      via: "reply",
      parentId: ticket.message?.messageId,
      content: { type: "stream", text: seen(frame.text) },
      stream: { id, finished: frame.finish && !isBlank(frame.text) },
      feedbackId: frame.feedbackId,
    });
    siblings.set(id, { message, firstFrameAtMs: clock.now(), finished: frame.finish, generation });
    streams.set(ticket, siblings);
    return OK;
  }

  function change(stream: Stream, { text, finish }: Frame): Answer {
    if (stream.finished) return settings.afterFinishErrcode === 0 ? OK : refuse(settings.afterFinishErrcode);
    if (isExpired(stream)) return refuse(846608);
    stream.finished = finish;
    const { message } = stream;
    const words = seen(text);
    const isSame = words === message.content.text;
    if (finish && (isBlank(text) || (isSame && settings.identicalFinal === "ignore"))) return OK;
    rooms.edit(message, {
      ...(isSame ? {} : { content: { ...message.content, text: words } }),
      stream: { id: message.stream?.id ?? "", finished: finish },
    });
    return OK;
  }

  return {
    frame(ticket, body) {
      const id = stringAt(body, "id") ?? "";
      if (id === "") return refuse(40058, "stream.id is missing");
      const frame = frameOf(body, settings.oversizeStream);
      if ("errcode" in frame) return frame;
      const stream = ofTicket(ticket).get(id);
      return stream === undefined ? begin(ticket, id, frame) : change(stream, frame);
    },
    bubble: (ticket, streamId) => ofTicket(ticket).get(streamId)?.message,
    expire() {
      generation += 1;
    },
  };
}

interface Frame {
  readonly text: string;
  readonly finish: boolean;
  readonly feedbackId: string | undefined;
}

function frameOf(body: JsonRecord, oversize: Settings["oversizeStream"]): Frame | Answer {
  const text = stringAt(body, "content") ?? "";
  const feedbackId = feedbackIdOf(body);
  if (isTooLong(feedbackId)) return refuse(40058, "feedback.id is too long");
  const isOversize = Buffer.byteLength(text) > CONTENT_BYTES;
  if (isOversize && oversize === "refuse") return refuse(45002);
  return { text: isOversize ? cut(text) : text, finish: body["finish"] === true, feedbackId };
}

/** As much as fits, without half a character at the end. */
function cut(text: string): string {
  return Buffer.from(text)
    .subarray(0, CONTENT_BYTES)
    .toString("utf8")
    .replace(/\uFFFD$/, "");
}

/** An empty thought is drawn as moving dots. */
function seen(text: string): string {
  return text.replaceAll(/<think>\s*<\/think>/g, "");
}

/** Clients ignore a final frame without a visible character: the bubble goes on blinking. */
function isBlank(text: string): boolean {
  return text.trim() === "";
}
